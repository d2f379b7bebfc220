import { METRIC_NAMES } from 'opentelemetry-instrumentation-tcp-connections/config';
import { expect, test } from 'vitest';
import { write } from '../../../test/config/files.js';
import { configTemplate, loadConfig } from '../../src/config/index.js';
import { agentSchema } from '../../src/config/schema.js';

/** What the template's references name. */
const UNCOMMENTED = {
  OTLP_TOKEN: 'secret',
  DASHBOARD_TOKEN: 'x'.repeat(16),
  SLACK_WEBHOOK_URL: 'https://slack.example.net/services/T0/B0/x',
  SMTP_PASSWORD: 'secret',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

test('the template counts connections, and leaves everything else at its default', async () => {
  const { settings, file, ...config } = await loadConfig({
    path: await write('agent.env.yml', configTemplate()),
    env: {},
  });
  const {
    settings: _,
    file: __,
    ...defaults
  } = await loadConfig({ path: await write('empty.yml', ''), env: {} });
  expect(config).toEqual(defaults);
  expect(config.metrics).toEqual(['tcp_connections']);
  expect(settings[0]?.origin).toBe('line 8');
});

test('it names the command as it is typed with the package and in a clone', () => {
  expect(configTemplate()).toContain('"scout-agent check" (in a clone "npm start -- check")');
});

test('every line to uncomment is right, and no key is missing', async () => {
  const uncommented = configTemplate().replaceAll(/^( *)# /gm, '$1');
  const path = await write('agent.env.yml', uncommented);
  const config = await loadConfig({ path, env: UNCOMMENTED });
  expect(config).toMatchObject({
    metrics: METRIC_NAMES,
    intervalMillis: 10_000,
    proc: '/proc',
    resource: { 'deployment.environment.name': 'production' },
    otlp: {
      url: 'http://localhost:4318/v1/metrics',
      headers: { authorization: 'Bearer secret' },
    },
  });
  for (const key of Object.keys(agentSchema.shape)) expect(uncommented).toMatch(new RegExp(`^${key}:`, 'm'));
});
