/** What docs/openapi.yaml says, held against a running agent. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { type Ask, startDashboard } from '../support/dashboard.js';
import type { Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

interface Media {
  readonly schema: object;
  readonly 'x-event'?: { $ref: string };
}

interface Document {
  readonly info: { readonly version: string };
  readonly paths: Record<
    string,
    Record<'get' | 'put', { responses: Record<string, { $ref?: string; content?: Record<string, Media> }> }>
  >;
  readonly components: { readonly responses: Record<string, { content: Record<string, Media> }> };
}

const FILE = new URL('../../../docs/openapi.yaml', import.meta.url);
const document = load(readFileSync(FILE, 'utf8')) as Document;
const TOKEN = '0123456789abcdef';
const PORTS = 'ports: [443]\nmetrics: [tcp_states, cpu_percent]';

const ajv = new Ajv2020({ strict: false });
ajv.addSchema(document, 'openapi.yaml');

/** Every complaint about a value that a schema of the document describes. */
function complaints(pointer: string, value: unknown): string {
  const validate = ajv.getSchema(`openapi.yaml#/${pointer}`);
  if (validate === undefined) throw new Error(`nothing is at ${pointer}`);
  return validate(value) ? '' : `${pointer}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`;
}

/** Asks a path and holds the answer against what stands in the document for its status. */
async function answered(ask: Ask, path: string, request: Parameters<Ask>[1] = {}): Promise<number> {
  const [route = ''] = path.split('?');
  const method = route === '/api/silence' ? 'put' : 'get';
  const { status, text, headers: got } = await ask(path, { method: method.toUpperCase(), ...request });
  const responses = document.paths[route]?.[method].responses;
  const response = responses?.[status];
  expect(response, `${status} of ${path}: ${text}`).toBeDefined();
  const pointer =
    response?.$ref?.slice(2) ?? `paths/${route.replaceAll('/', '~1')}/${method}/responses/${status}`;
  const type = got['content-type']?.split(';')[0] as string;
  const content = response?.content ?? document.components.responses.Refused?.content;
  expect(Object.keys(content ?? {})).toContain(type);
  const value = type === 'application/json' ? JSON.parse(text) : text;
  expect(complaints(`${pointer}/content/${type.replace('/', '~1')}/schema`, value)).toBe('');
  return status;
}

async function startBroken(t: Test) {
  const broken = await startDashboard(t, { config: 'history: {directory: /dev/null/x}' });
  await broken.proc.remove('tcp');
  const reads = async () => (await broken.ask('/healthz')).status;
  await until(
    async () => (await reads()) === 503,
    () => 'a scan that fails',
  );
  return broken;
}

test('it is OpenAPI, of this version', async () => {
  const validator = new Validator();
  expect(await validator.validate(readFileSync(FILE, 'utf8'))).toEqual({ valid: true });
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(document.info.version).toBe(version);
});

test('every answer of every path is as described', async (t) => {
  const { ask } = await startDashboard(t, { config: PORTS });
  const good = [
    '/api/series?points=20',
    '/api/series?from=2026-01-01&to=1795395600000',
    '/api/summary',
    '/api/status',
    '/api/alerts',
    '/healthz',
    '/metrics',
  ];
  for (const path of good) expect(await answered(ask, path)).toBe(200);
  for (const path of ['/api/series?points=0', '/api/summary?to=x'])
    for (const headers of [{}, { accept: 'text/html' }])
      expect(await answered(ask, path, { headers })).toBe(400);
  expect(complaints('components/schemas/Status', { version: 1 })).not.toBe('');

  const headers = { 'content-type': 'application/json' };
  const silence = (body: string, more: Record<string, string> = {}) =>
    answered(ask, '/api/silence', { body, headers: { ...headers, ...more } });
  const soon = JSON.stringify({ until: Date.now() + 60_000 });
  expect(await silence(soon)).toBe(200);
  expect(JSON.parse((await ask('/api/alerts')).text).silencedUntil).toBe(JSON.parse(soon).until);
  expect(await silence('{"until": 0}')).toBe(200);
  expect(JSON.parse((await ask('/api/alerts')).text).silencedUntil).toBeUndefined();
  for (const body of [
    '',
    '{}',
    '{"until": "soon"}',
    '{"until": 1, "more": 2}',
    `{"until": ${Date.now() + 1e12}}`,
  ])
    expect(await silence(body)).toBe(400);
  expect(await silence(soon, { 'content-type': 'text/plain' })).toBe(415);
  expect(await silence(soon, { origin: 'https://elsewhere.example' })).toBe(403);
  expect(await silence(`{"until": 1${' '.repeat(2000)}}`)).toBe(413);
  const quiet = await startDashboard(t, { config: 'alerts: false' });
  expect(await answered(quiet.ask, '/api/alerts')).toBe(404);

  const locked = await startDashboard(t, { config: `dashboard: {listen: "127.0.0.1:0", token: ${TOKEN}}` });
  for (const path of Object.keys(document.paths)) expect(await answered(locked.ask, path)).toBe(401);

  const broken = await startBroken(t);
  for (const path of ['/api/series', '/api/summary', '/healthz'])
    expect(await answered(broken.ask, path)).toBe(503);
});

test('an event is as described', async (t) => {
  const { link } = await startDashboard(t, { config: PORTS });
  let text = '';
  const asking = get(new URL('/api/events', link), { agent: false }, (answer) => {
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/);
    answer.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    answer.on('error', () => {});
  });
  await until(
    () => /^event: cycle\ndata: .*\n\n/.test(text),
    () => `an event in ${text}`,
  );
  asking.destroy();
  const data = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] as string);
  expect(complaints('components/schemas/Cycle', data)).toBe('');
  expect(data.series.length).toBeGreaterThan(10);
});
