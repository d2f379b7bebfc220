/** The agent's log on standard error. */
import { expect, test } from 'vitest';
import { startCounting } from './support/counting.js';
import { answerWith } from './support/receiver.js';
import { scoutAgent, scratchFolder, type Test } from './support/scout-agent.js';

const UTC_LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warn |info |debug|trace) /;

async function linesOfARun(t: Test, env: Record<string, string> = {}): Promise<string[]> {
  const { agent, receiver } = await startCounting(t, { env });
  await receiver.untilTaken(2);
  const { code, stdout, stderr } = await agent.stop();
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  return stderr.split('\n').filter((line) => line !== '');
}

test.concurrent('a run that goes well is told in eight lines, with the time in UTC, and no cycle among them', async (t) => {
  const lines = await linesOfARun(t);
  for (const line of lines) expect(line).toMatch(UTC_LINE);
  const texts = lines.map((line) => line.replace(UTC_LINE, ''));
  // The first answer may come before or after the page.
  const answer = texts.findIndex((text) => text.endsWith(' takes metrics'));
  expect(texts.splice(answer, 1)).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/metrics takes metrics$/),
  ]);
  expect(texts).toEqual([
    expect.stringMatching(/^configuration: .*agent\.env\.yml$/),
    expect.stringMatching(/^sending to http:\/\/127\.0\.0\.1:\d+\/v1\/metrics$/),
    'counting tcp_connections every 1s',
    expect.stringMatching(/^dashboard: http:\/\/127\.0\.0\.1:\d+\/$/),
    expect.stringMatching(/^to see it from elsewhere: ssh -L (\d+):127\.0\.0\.1:\1 \S+$/),
    'alerts: learning what is normal, 0 of 3 days',
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
  expect(lines).toHaveLength(9);
});

/** Sets a terminal's title, goes back a line, turns the order of letters round, and ends the line in three more ways. */
const FORGED = '\x1b]0;title\x07\x9b1A\u202Eabc\u2028\u0085\x7f';
const ESCAPED = '\\u001b]0;title\\u0007\\u009b1A\\u202eabc\\u2028\\u0085\\u007f';

test.concurrent('no message reaches the terminal as it stands, nor takes more than its line', async (t) => {
  const lines = await linesOfARun(t, { OTEL_LOG_LEVEL: `${FORGED}\r\n2026 error\rforged` });
  expect(lines.filter((line) => line.includes('OTEL_LOG_LEVEL'))).toEqual([
    expect.stringContaining(`OTEL_LOG_LEVEL=${ESCAPED} 2026 error forged is no log level`),
  ]);
  expect(lines).toHaveLength(9);
});

test.concurrent('nor what a Collector answers', async (t) => {
  const { agent } = await startCounting(t, {
    answer: answerWith(400, {}, `${FORGED}\r\n2026 error\rforged`),
  });
  await agent.untilLogged(/takes no metrics: 400 Bad Request .*title.* 2026 error forged/);
  for (const control of new Set(FORGED.replace(/\w|;|\]/g, '')))
    expect(agent.stderr()).not.toContain(control);
});

test.concurrent.for([
  ['a mistake in the configuration', ['check', '--config', `FOLDER/${FORGED}`], 78],
  ['a failure', ['init', `/dev/null/${FORGED}`], 1],
  ['a wrong use', [FORGED], 2],
] as const)('nor does what %s is told with, on lines of their own', async ([, args, expected], t) => {
  const folder = await scratchFolder(t);
  const { code, stderr } = await scoutAgent(
    t,
    args.map((arg) => arg.replace('FOLDER', folder)),
  );
  expect(code).toBe(expected);
  expect(stderr).toContain(ESCAPED);
  expect(stderr).toMatch(/[^\n]\n$/);
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
