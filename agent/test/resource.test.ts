/** The resource that the agent's metrics carry. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { startCounting } from './support/counting.js';
import { resourceOf } from './support/receiver.js';
import type { Test } from './support/scout-agent.js';

const VERSION: string = createRequire(import.meta.url)('../package.json').version;
const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function resource(t: Test, env: Record<string, string> = {}, config = '') {
  const { agent, receiver } = await startCounting(t, { env, config });
  const { body } = await receiver.untilTaken(1);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  return { attributes: resourceOf(body), stderr };
}

test.concurrent('it names the service and the host, and is the same after a restart', async (t) => {
  const { attributes } = await resource(t);
  expect(attributes).toMatchObject({
    'service.name': 'scout-agent',
    'service.version': VERSION,
    'service.instance.id': expect.stringMatching(UUID_V5),
    'host.name': hostname(),
    'os.type': 'linux',
    'telemetry.sdk.language': 'nodejs',
  });
  const machineId = existsSync('/etc/machine-id') ? readFileSync('/etc/machine-id', 'utf8').trim() : '';
  expect(attributes['host.id']).toBe(machineId || undefined);
  expect((await resource(t)).attributes).toEqual(attributes);
});

test.concurrent('OTEL_RESOURCE_ATTRIBUTES adds to it, OTEL_SERVICE_NAME wins over that, and the file over both', async (t) => {
  const { attributes, stderr } = await resource(
    t,
    {
      OTEL_RESOURCE_ATTRIBUTES:
        'service.name=unseen,deployment.environment.name=test,team=blue%2Cgreen,rack=1',
      OTEL_SERVICE_NAME: 'edge',
    },
    'resource: {rack: 7, spare: true, weight: 1.5, room: "7"}',
  );
  expect(attributes).toMatchObject({
    'service.name': 'edge',
    'deployment.environment.name': 'test',
    team: 'blue,green',
    rack: 7,
    spare: true,
    weight: 1.5,
    room: '7',
  });
  expect(stderr).not.toContain('OTEL_RESOURCE_ATTRIBUTES');
});

test.concurrent.for([
  ['no value', 'production'],
  ['an empty key', '=production'],
  ['a sign that is not encoded', 'query=a=b'],
  ['a broken encoding', 'team=%E0%A4%A'],
] as const)(
  'an OTEL_RESOURCE_ATTRIBUTES with %s is refused, and its value not told',
  async ([, entry], t) => {
    const { agent, receiver } = await startCounting(t, {
      env: { OTEL_RESOURCE_ATTRIBUTES: `rack=7,${entry}` },
      config: 'interval: 1s\nunknown: 1',
    });
    const { code, stderr } = await agent.ended;
    expect(code).toBe(78);
    expect(stderr).toMatch(/^\S+agent\.env\.yml:3:1: .*unknown/m);
    expect(stderr).toMatch(
      /^OTEL_RESOURCE_ATTRIBUTES: attribute 2 of 2 (has no =|has more than one =|has no key|holds a %).*; write key=value/m,
    );
    expect(stderr).not.toContain(entry);
    expect(receiver.attempts).toBe(0);
  },
);

test.concurrent.for([
  [
    'the same attribute in both variables',
    { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a', OTEL_SERVICE_NAME: 'b' },
  ],
  ['a blank OTEL_SERVICE_NAME', { OTEL_RESOURCE_ATTRIBUTES: 'rack=7', OTEL_SERVICE_NAME: ' ' }],
  ['an encoded key', { OTEL_RESOURCE_ATTRIBUTES: 'a%20rack=7' }],
  ['empty entries', { OTEL_RESOURCE_ATTRIBUTES: ', rack=7 ,' }],
  ['nothing but commas', { OTEL_RESOURCE_ATTRIBUTES: ',' }],
] as const)('%s is no reason to complain', async ([, env], t) => {
  expect((await resource(t, env)).stderr).not.toContain('OTEL_RESOURCE_ATTRIBUTES');
});

test.concurrent('a host id of its own gives another instance id', async (t) => {
  const each = [
    await resource(t),
    await resource(t, { OTEL_RESOURCE_ATTRIBUTES: 'host.id=first' }),
    await resource(t, {}, 'resource: {host.id: second}'),
  ];
  expect(new Set(each.map(({ attributes }) => attributes['service.instance.id'])).size).toBe(3);
});

test.concurrent('an instance id that somebody gives is left alone', async (t) => {
  const { attributes } = await resource(t, {}, 'resource: {service.instance.id: mine}');
  expect(attributes['service.instance.id']).toBe('mine');
});
