import { describe, expect, test } from 'vitest';
import { isConfigError, write } from '../../../test/config/files.js';
import { loadConfig } from '../../src/config/index.js';

async function proxyOf(endpoint: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = await write('agent.env.yml', `otlp: {endpoint: "${endpoint}"}`);
  return (await loadConfig({ path, env })).otlp?.proxy;
}

const HTTPS = 'https://collector.example.net:4318';
const HTTP = 'http://collector.example.net:4318';

describe('which proxy', () => {
  test.each<[endpoint: string, env: NodeJS.ProcessEnv, proxy: string | undefined]>([
    [HTTPS, { HTTPS_PROXY: 'http://a:1' }, 'http://a:1'],
    [HTTPS, { HTTPS_PROXY: 'https://a:1' }, 'https://a:1'],
    [HTTPS, { HTTPS_PROXY: 'a:1' }, 'http://a:1'],
    [HTTPS, { HTTPS_PROXY: 'user:pass@a:1' }, 'http://user:pass@a:1'],
    [HTTPS, { HTTPS_PROXY: '[::1]:3128' }, 'http://[::1]:3128'],
    [HTTPS, { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, 'http://b:2'],
    [HTTPS, { HTTPS_PROXY: '', https_proxy: ' ' }, undefined],
    [HTTPS, { HTTP_PROXY: 'http://a:1', ALL_PROXY: 'b' }, 'http://b'],
    [HTTPS, { HTTP_PROXY: 'http://a:1' }, undefined],
    [HTTP, { HTTP_PROXY: 'a', HTTPS_PROXY: 'b' }, 'http://a'],
    [HTTP, { all_proxy: 'http://a:1/' }, 'http://a:1/'],
    ['http://localhost:4318', { HTTP_PROXY: 'a' }, undefined],
    ['http://127.1.2.3:4318', { HTTP_PROXY: 'a' }, undefined],
    ['http://[::1]:4318', { HTTP_PROXY: 'a' }, undefined],
    ['http://127.example.net:4318', { HTTP_PROXY: 'a' }, 'http://a'],
  ])('%s with %j', async (endpoint, env, proxy) => {
    expect(await proxyOf(endpoint, env)).toBe(proxy);
  });
});

describe('NO_PROXY', () => {
  test.each([
    '*',
    'collector.example.net',
    'COLLECTOR.Example.net',
    'example.net',
    '.example.net',
    '*.example.net',
    'collector.example.net:4318',
    'other.net, example.net',
    'other.net example.net',
  ])('%j leads past the proxy', async (list) => {
    expect(await proxyOf(HTTPS, { HTTPS_PROXY: 'a', NO_PROXY: list })).toBeUndefined();
    expect(await proxyOf(HTTPS, { HTTPS_PROXY: 'a', no_proxy: list })).toBeUndefined();
  });

  test.each([
    '',
    'net.',
    'ample.net',
    'collector',
    'collector.example.net:443',
    'collector.example.net.org',
    '10.0.0.0/8',
  ])('%j does not', async (list) => {
    expect(await proxyOf(HTTPS, { HTTPS_PROXY: 'a', NO_PROXY: list })).toBe('http://a');
  });

  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.3:4318', true],
    ['10.1.2.3', '10.1.2.3:80', false],
    ['10.1.2.3', '10.2.0.0/16', false],
    ['10.1.2.3', '2.3', false],
    ['10.1.2.3', '10.0.0.0/33', false],
    ['10.1.2.3', '10.0.0.0/x', false],
    ['10.1.2.3', 'fd00::/8', false],
    ['[fd00::1]', 'fd00::/8', true],
    ['[fd00::1]', 'fd00::1', true],
    ['[fd00::1]', '[fd00::1]:4318', true],
    ['[fd00::1]', '10.0.0.0/8', false],
  ])('an endpoint at %s with %s: %s', async (address, list, exempt) => {
    const proxy = await proxyOf(`http://${address}:4318`, { HTTP_PROXY: 'a', NO_PROXY: list });
    expect(proxy === undefined).toBe(exempt);
  });
});

const FORM = 'must be the URL of an HTTP proxy such as http://proxy.example.net:3128';
const ENCODED = 'in a name and a password @ is written %40, : %3A, / %2F, # %23 and % %25';

describe('a URL that is none of a proxy is a mistake', () => {
  test.each([
    ['http://a:port', FORM],
    ['http://', FORM],
    ['a b', FORM],
    ['ftp://a:1', FORM],
    ['socks5://a:1080', `${FORM}; SOCKS is not spoken`],
    ['http:/a:1', `${FORM}, with nothing behind the port; a PAC file is not read`],
    ['http://a/proxy.pac', `${FORM}, with nothing behind the port; a PAC file is not read`],
    ['http://user:p#ss@a:1', `${FORM}; ${ENCODED}`],
    ['http://user:100%@a:1', `${FORM}; ${ENCODED}`],
    [
      'DOMAIN\\user:pass@a:1',
      `${FORM}, with nothing behind the port; a PAC file is not read, and ${ENCODED}`,
    ],
  ])('%s', async (proxy, message) => {
    for (const variable of ['HTTPS_PROXY', 'all_proxy']) {
      const error: unknown = await proxyOf(HTTPS, { [variable]: proxy }).catch((reason: unknown) => reason);
      if (!isConfigError(error)) throw error;
      expect(error.message).toBe(`${variable}: ${message}`);
    }
  });

  test('but only where it leads', async () => {
    expect(await proxyOf(HTTPS, { HTTP_PROXY: 'ftp://a' })).toBeUndefined();
    expect(await proxyOf(HTTPS, { HTTPS_PROXY: 'ftp://a', NO_PROXY: '*' })).toBeUndefined();
    expect(await proxyOf('http://localhost:4318', { HTTP_PROXY: 'ftp://a' })).toBeUndefined();
  });
});
