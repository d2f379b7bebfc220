/** The agent's log on standard error. */
import { expect, test } from 'vitest';
import { startCounting } from './support/counting.js';
import type { Test } from './support/scout-agent.js';

const UTC_LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warn |info |debug|trace) /;

async function linesOfARun(t: Test, env: Record<string, string> = {}): Promise<string[]> {
  const { agent, receiver } = await startCounting(t, { env });
  await receiver.untilTaken(2);
  const { code, stdout, stderr } = await agent.stop();
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  return stderr.split('\n').filter((line) => line !== '');
}

test.concurrent('a run that goes well is told in four lines, with the time in UTC, and no cycle among them', async (t) => {
  const lines = await linesOfARun(t);
  for (const line of lines) expect(line).toMatch(UTC_LINE);
  expect(lines.map((line) => line.replace(UTC_LINE, ''))).toEqual([
    expect.stringMatching(/^configuration: .*agent\.env\.yml$/),
    expect.stringMatching(/^sending to http:\/\/127\.0\.0\.1:\d+\/v1\/metrics$/),
    'counting tcp_connections every 1s',
    'SIGTERM: collecting once more and stopping',
  ]);
});

test.concurrent.for(['none', 'NONE', 'error', 'warn'])(
  'OTEL_LOG_LEVEL=%s is silent about such a run',
  async (level, t) => {
    expect(await linesOfARun(t, { OTEL_LOG_LEVEL: level })).toEqual([]);
  },
);

test.concurrent('OTEL_LOG_LEVEL=all lets the libraries speak too, in whole lines', async (t) => {
  const lines = await linesOfARun(t, { OTEL_LOG_LEVEL: 'all' });
  for (const line of lines) expect(line).toMatch(UTC_LINE);
  expect(lines.filter((line) => /Z trace .*Export succeeded/.test(line)).length).toBeGreaterThan(1);
});

test.concurrent('an OTEL_LOG_LEVEL that is no level is told, and the usual one stays', async (t) => {
  const lines = await linesOfARun(t, { OTEL_LOG_LEVEL: 'loud' });
  expect(lines.filter((line) => line.includes('OTEL_LOG_LEVEL'))).toEqual([
    expect.stringMatching(/ warn {2}OTEL_LOG_LEVEL=loud is no log level.*\bnone\b.*\binfo\b.*\ball\b/),
  ]);
  expect(lines).toHaveLength(5);
});

test.concurrent('no header and no password is shown at any level', async (t) => {
  const { agent, receiver } = await startCounting(t, {
    config: 'interval: 1s\notlp: {headers: {x-file: "s3cret"}}',
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-variable=k3y',
      OTEL_LOG_LEVEL: 'all',
    },
  });
  const { headers } = await receiver.untilTaken(2);
  expect(headers).toMatchObject({ 'x-file': 's3cret', 'x-variable': 'k3y' });
  expect((await agent.stop()).stderr).not.toMatch(/s3cret|k3y/);
});
