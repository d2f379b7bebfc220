/** What the agent does and tells while its Collector is in trouble. Each trouble ends, and then nothing may be missing. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { namespaceRefusal } from '../../../test/support/namespace.js';
import { type Counting, startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import {
  type Answer,
  accept,
  answerWith,
  breakOff,
  drip,
  hang,
  interrupt,
  pointsIn,
  type Received,
  startReceiver,
} from '../support/receiver.js';
import { CLI, configFile, follow, startScoutAgent } from '../support/scout-agent.js';

// These tests wait far more than they work.
vi.setConfig({ maxConcurrency: 20 });

/** One attempt a cycle: the exporter's own retries begin a second after the first. */
const ONE_ATTEMPT = { OTEL_EXPORTER_OTLP_TIMEOUT: '500' };

const TROUBLE = / takes no metrics: /;
const RECOVERY = / takes metrics again; (\d+) cycles? sent late, (\d+) cycles? lost$/;

/** The moment in which a request's points were counted. */
function cycleOf({ body }: Received): string {
  return pointsIn(body)[0]?.time ?? '';
}

function inOrder(requests: readonly Received[]): void {
  const cycles = requests.map((request) => BigInt(cycleOf(request)));
  expect(cycles.length).toBeGreaterThan(0);
  for (const [index, cycle] of cycles.entries()) expect(cycle > (cycles[index - 1] ?? 0n)).toBe(true);
}

async function untilRecovered({ agent }: Counting): Promise<{ late: number; lost: number }> {
  await agent.untilLogged(RECOVERY);
  const [, late, lost] = RECOVERY.exec(agent.logged(RECOVERY)[0] ?? '') ?? [];
  return { late: Number(late), lost: Number(lost) };
}

/** An interface that drops everything: not even a refusal comes back, as behind a firewall. */
const BLACK_HOLE = `
  ip link set lo up
  ip link add hole type veth peer name bottom
  ip addr add 192.0.2.1/24 dev hole
  ip link set bottom up
  ip link set hole up arp off
  exec "$@"
`;
const refusal = namespaceRefusal();

test.skipIf(refusal).concurrent.for([
  { what: 'a Collector', endpoint: 'http://192.0.2.2:4318', env: {} },
  {
    what: 'a proxy of an http endpoint',
    endpoint: 'http://collector.test:4318',
    env: { HTTP_PROXY: 'http://192.0.2.2:3128' },
  },
])('$what behind a firewall that drops is told within the timeout', async ({ endpoint, env }, t) => {
  const proc = await procFolder(t, { tcp: 1 });
  const config = `proc: ${proc.path}\ninterval: 1s\notlp: {endpoint: "${endpoint}"}`;
  const file = await configFile(t, config);
  const command = [process.execPath, CLI, '--config', file];
  const agent = follow(
    t,
    spawn('unshare', ['-Urn', 'sh', '-ec', BLACK_HOLE, 'sh', ...command], {
      env: { PATH: process.env.PATH, XDG_STATE_HOME: dirname(file), ...ONE_ATTEMPT, ...env },
    }),
  );
  // The kernel itself gives up after two minutes.
  await agent.untilLogged(TROUBLE);
  expect(agent.logged(TROUBLE)).toEqual([expect.stringMatching(/timed out/)]);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr).toMatch(/stopping: \d+ cycles did not reach/);
});

describe.concurrent('cycles wait, and arrive in order afterwards', () => {
  test.concurrent.for([
    { trouble: 'never answers', answer: hang, told: /Request timed out/ },
    { trouble: 'begins a 200 and never ends it', answer: drip(200), told: /Request timed out/ },
    { trouble: 'begins a 400 and never ends it', answer: drip(400), told: /Request timed out/ },
    { trouble: 'answers 429', answer: answerWith(429), told: /answers 429, 502, 503 or 504/ },
    { trouble: 'answers 502', answer: answerWith(502), told: /answers 429, 502, 503 or 504/ },
    {
      trouble: 'answers 503 and asks for a long pause',
      answer: answerWith(503, { 'retry-after': '120' }),
      told: /answers 429, 502, 503 or 504/,
    },
    {
      trouble: 'ends the connection while the request is coming',
      answer: interrupt,
      told: /socket hang up|ECONNRESET|EPIPE/,
    },
    { trouble: 'ends the connection without an answer', answer: breakOff, told: /socket hang up|ECONNRESET/ },
  ])('where it $trouble', async ({ answer, told }, t) => {
    const counting = await startCounting(t, { answer, env: ONE_ATTEMPT });
    const { agent, receiver } = counting;
    await receiver.untilAttempted(3);
    expect(agent.logged(TROUBLE)).toEqual([expect.stringMatching(told)]);
    expect(agent.logged(TROUBLE)[0]).toMatch(
      / warn .*; counting goes on, and the newest cycles wait for it$/,
    );

    receiver.answer = accept;
    const { late, lost } = await untilRecovered(counting);
    await receiver.untilTaken(late + 3);
    inOrder(receiver.taken);
    expect(cycleOf(await receiver.untilTaken(1))).toBe(cycleOf(await receiver.untilReceived(1)));
    expect(late).toBeGreaterThan(0);
    expect(lost).toBe(0);
    expect(agent.logged(TROUBLE)).toHaveLength(1);
    expect(agent.logged(RECOVERY)).toHaveLength(1);
  });

  test.concurrent('where nobody listens', async (t) => {
    // An address of its own, so that nobody else takes the port meanwhile.
    const address = '127.5.5.1';
    const { port, close } = await startReceiver(t, accept, { address });
    await close();
    const proc = await procFolder(t, { tcp: 1 });
    const agent = await startScoutAgent(t, {
      config: `proc: ${proc.path}\ninterval: 1s\notlp: {endpoint: "http://${address}:${port}"}`,
      env: ONE_ATTEMPT,
    });
    await agent.untilLogged(TROUBLE);
    expect(agent.logged(TROUBLE)).toEqual([
      expect.stringContaining(`connect ECONNREFUSED ${address}:${port}`),
    ]);

    const receiver = await startReceiver(t, accept, { address, port });
    const { late, lost } = await untilRecovered({ agent, receiver, proc });
    await receiver.untilTaken(late + 2);
    inOrder(receiver.taken);
    expect(lost).toBe(0);
    expect(agent.logged(TROUBLE)).toHaveLength(1);
  });
});

test.concurrent('a pause that a 503 asks for is kept, and no line is spent on it', async (t) => {
  let asked = false;
  const once: Answer = (response, request) => {
    const answer = asked ? accept : answerWith(503, { 'retry-after': '1' });
    asked = true;
    answer(response, request);
  };
  const { agent, receiver } = await startCounting(t, { answer: once, config: 'interval: 1h' });
  const first = await receiver.untilReceived(1);
  const again = await receiver.untilTaken(1);
  expect(again.body).toEqual(first.body);
  // Timers count whole milliseconds.
  expect(again.at - first.at).toBeGreaterThanOrEqual(990);
  expect((await agent.stop()).stderr).not.toMatch(/ warn | error /);
});

test.concurrent.for([400, 401, 404, 302])(
  'what is refused with %i is lost, told once, and counting goes on',
  async (status, t) => {
    const counting = await startCounting(t, {
      answer: answerWith(status, { location: 'http://127.0.0.1:1/' }, 'the reason,\nin two lines'),
    });
    const { agent, receiver } = counting;
    await receiver.untilReceived(3);
    expect(agent.logged(TROUBLE)).toEqual([
      expect.stringMatching(new RegExp(`: ${status} .*the reason, in two lines; what it refuses is lost$`)),
    ]);

    receiver.answer = accept;
    const { late, lost } = await untilRecovered(counting);
    expect({ late, lost }).toEqual({ late: 0, lost: receiver.received.length - receiver.taken.length });
    await receiver.untilTaken(2);
    inOrder(receiver.received);
    expect(agent.logged(TROUBLE)).toHaveLength(1);
    expect(agent.logged(RECOVERY)).toHaveLength(1);
  },
);

test.concurrent('an answer that repeats the query of the endpoint does not bring it into the log', async (t) => {
  const receiver = await startReceiver(t, (response, { url }) => {
    response.writeHead(404).end(`there is no ${url}`);
  });
  const { path } = await procFolder(t, { tcp: 1 });
  const agent = await startScoutAgent(t, {
    config: `proc: ${path}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.endpoint}/?token=hunter2` },
  });
  await agent.untilLogged(
    /\/v1\/metrics\?\[redacted\] takes no metrics: 404 .* no \/v1\/metrics\?\[redacted\];/,
  );
  expect((await receiver.untilReceived(1)).url).toBe('/v1/metrics?token=hunter2');
  expect((await agent.stop()).stderr).not.toContain('hunter2');
});

test.concurrent('https in place of http is told as that', async (t) => {
  const receiver = await startReceiver(t);
  const { agent } = await startCounting(t, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint.replace('http:', 'https:') },
  });
  await agent.untilLogged(/takes no metrics: TLS was begun .* probably http, not https;/);
});

test.concurrent('a change of the trouble is told', async (t) => {
  const counting = await startCounting(t, { answer: answerWith(400), env: ONE_ATTEMPT });
  const { agent, receiver } = counting;
  await receiver.untilReceived(1);
  receiver.answer = answerWith(503);
  await agent.untilLogged(/takes no metrics: .*answers 429, 502, 503 or 504/);
  receiver.answer = accept;
  expect((await untilRecovered(counting)).lost).toBeGreaterThan(0);
  expect(agent.logged(TROUBLE)).toHaveLength(2);
});

test.concurrent.for([
  { what: 'is empty', body: '' },
  { what: 'is an empty object', body: '{}' },
  { what: 'says nothing of what was rejected', body: '{"partialSuccess":{"rejectedDataPoints":"0"}}' },
  { what: 'is JSON of another kind', body: 'null' },
])('a 200 whose body $what is an export that succeeded', async ({ body }, t) => {
  const { agent, receiver } = await startCounting(t, { answer: answerWith(200, {}, body) });
  await receiver.untilTaken(3);
  inOrder(receiver.taken);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/ warn | error /);
});

const NOT_OTLP =
  / warn .* answers 200 with something else than OTLP, beginning "(.*)"; a proxy or a login page may answer/;

test.concurrent.for([
  {
    what: 'a page',
    body: '<html>\n  <b>\u001b[31mwelcome</b>\n</html>',
    begins: '<html> <b> [31mwelcome</b> </html>',
  },
  { what: 'long and no page', body: 'x'.repeat(1_000_000), begins: 'x'.repeat(60) },
])('a 200 whose body is $what is told once, and its end too', async ({ body, begins }, t) => {
  const { agent, receiver } = await startCounting(t, { answer: answerWith(200, {}, body) });
  await receiver.untilTaken(3);
  expect(NOT_OTLP.exec(agent.logged(NOT_OTLP).join())?.[1]).toBe(begins);
  receiver.answer = accept;
  await agent.untilLogged(/takes every point again/);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr.match(/ warn | error /g)).toHaveLength(1);
  for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test.concurrent('points that are rejected are told once, with their number, and counted until it ends', async (t) => {
  const partial = { partialSuccess: { rejectedDataPoints: '2', errorMessage: 'too old,\nreally' } };
  const { agent, receiver } = await startCounting(t, {
    answer: answerWith(200, {}, JSON.stringify(partial)),
  });
  await receiver.untilTaken(3);
  const rejecting =
    / warn .* rejects 2 points of a batch that it takes: too old, really; what it rejects is lost$/;
  await agent.untilLogged(rejecting);
  receiver.answer = accept;
  await agent.untilLogged(/takes every point again; \d+ points rejected until now/);
  const { stderr } = await agent.stop();
  expect(stderr.match(/ warn | error /g)).toHaveLength(1);
  const [, rejected] = /again; (\d+) points/.exec(stderr) ?? [];
  const answered = receiver.taken.length;
  expect(Number(rejected)).toBeGreaterThanOrEqual(6);
  expect(Number(rejected)).toBeLessThan(2 * answered);
});

test.concurrent('points that are rejected to the end are counted at the stop', async (t) => {
  const { agent, receiver } = await startCounting(t, {
    answer: answerWith(200, {}, '{"partialSuccess":{"rejectedDataPoints":1}}'),
    config: 'interval: 1h',
  });
  await receiver.untilTaken(1);
  const { stderr } = await agent.stop();
  expect(stderr).toMatch(/ rejects 1 point of a batch that it takes: no reason given;/);
  expect(stderr).toMatch(/stopping: http:.* rejected 2 points$/m);
});

test.concurrent('a warning of a Collector that rejects nothing is told once', async (t) => {
  const { agent, receiver } = await startCounting(t, {
    answer: answerWith(200, {}, '{"partialSuccess":{"errorMessage":"use another name"}}'),
  });
  await receiver.untilTaken(3);
  const { stderr } = await agent.stop();
  expect(stderr.match(/ warn .* takes metrics and warns: use another name$/gm)).toHaveLength(1);
  expect(stderr.match(/ warn | error /g)).toHaveLength(1);
});

/** Lets two cycles pass, of which the log tells. */
async function twoCycles({ agent, proc }: Counting): Promise<void> {
  await proc.remove('tcp');
  await agent.untilLogged(/no ipv4 count/);
  await proc.write('tcp', 1);
  await agent.untilLogged(/is counted again/);
}

test.concurrent('a host name that nobody knows is told once', async (t) => {
  const counting = await startCounting(t, {
    env: { ...ONE_ATTEMPT, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318' },
  });
  await counting.agent.untilLogged(TROUBLE);
  await twoCycles(counting);
  expect(counting.agent.logged(TROUBLE)).toEqual([
    expect.stringMatching(/getaddrinfo (ENOTFOUND|EAI_AGAIN) collector\.invalid/),
  ]);
});
