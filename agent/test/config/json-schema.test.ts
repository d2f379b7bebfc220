// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { readFile } from 'node:fs/promises';
import { load as parseYaml } from 'js-yaml';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { write } from '../../../test/config/files.js';
import { configTemplate, loadConfig } from '../../src/config/index.js';
import { configJsonSchema } from '../../src/config/json-schema.js';

test('agent.env.schema.json is current; "npm run schema" writes it', async () => {
  const file = new URL('../../agent.env.schema.json', import.meta.url);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(configJsonSchema());
});

test.each([
  [configTemplate(), true],
  [configTemplate().replaceAll(/^( *)# /gm, '$1'), true],
  ['interval: ${env:INTERVAL}\nmetrics: ["${env:METRIC}"]', true],
  ['metrics: [tcp_listn]', false],
  ['metrics: [tcp_listen, tcp_listen]', false],
  ['metrics:', false],
  ['interval: 10', false],
  ['proc: host/proc', false],
  ['resource: {team: [a]}', false],
  ['resource: {"a b": c}', false],
  ['otlp: {spool: {}}', false],
  ['prco: /proc', false],
])('an editor judges %j as the agent does', async (file, good) => {
  const schema = z.fromJSONSchema(configJsonSchema() as z.core.JSONSchema.JSONSchema);
  expect(schema.safeParse(parseYaml(file)).success).toBe(good);
  const path = await write('agent.env.yml', file);
  const env = {
    INTERVAL: '10s',
    METRIC: 'tcp_listen',
    OTLP_TOKEN: 'secret',
    DASHBOARD_TOKEN: 'x'.repeat(16),
    SLACK_WEBHOOK_URL: 'https://slack.example.net/services/T0/B0/x',
    SMTP_PASSWORD: 'secret',
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
  };
  await expect(
    loadConfig({ path, env }).then(
      () => true,
      () => false,
    ),
  ).resolves.toBe(good);
});

test('every key has a description for the editor', () => {
  const described = (schema: object): boolean => {
    const { description, properties = {} } = schema as { description?: string; properties?: object };
    return description !== undefined && Object.values(properties).every(described);
  };
  expect(described({ description: 'the file', ...configJsonSchema() })).toBe(true);
});
