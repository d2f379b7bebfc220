/** How `scout-agent run` ends: one more collection, one try to export it, exit code 0. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import { accept, answerWith, breakOff, establishedIn, hang, pointsIn } from '../support/receiver.js';
import { startScoutAgent } from '../support/scout-agent.js';

// These tests wait far more than they work.
vi.setConfig({ maxConcurrency: 20 });

/** The goal is 5 s; a machine that is busy with other things may take longer. */
const BOUND_MILLIS = 15_000;

/** No cycle between the first and the last. */
const config = 'interval: 1h';

async function timed<T>(what: string, stop: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await stop();
  const millis = performance.now() - start;
  console.log(`stop, ${what}: ${Math.round(millis)} ms`);
  expect(millis).toBeLessThan(BOUND_MILLIS);
  return result;
}

test.concurrent.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s brings one more cycle with the counts of that moment',
  async (signal, t) => {
    const { agent, receiver, proc } = await startCounting(t, { config });
    await receiver.untilTaken(1);
    await proc.write('tcp', 40);
    const { code, signal: killedBy, stderr } = await timed(signal, () => agent.stop(signal));
    expect({ code, killedBy }).toEqual({ code: 0, killedBy: null });
    expect(receiver.taken.map(({ body }) => establishedIn(body))).toEqual([
      { ipv4: 12, ipv6: 3 },
      { ipv4: 40, ipv6: 3 },
    ]);
    expect(stderr).toContain(`${signal}: collecting once more and stopping`);
    expect(stderr).not.toMatch(/ warn | error /);
  },
);

describe.concurrent('with a Collector in trouble it exits 0 and tells what did not arrive', () => {
  const oneAttempt = { OTEL_EXPORTER_OTLP_TIMEOUT: '500' };

  test.concurrent.for([
    { trouble: 'never answers', answer: hang },
    { trouble: 'answers 503', answer: answerWith(503) },
    { trouble: 'answers 400', answer: answerWith(400) },
    { trouble: 'ends every connection', answer: breakOff },
  ])('that $trouble', async ({ trouble, answer }, t) => {
    const { agent, receiver } = await startCounting(t, { config, answer });
    await receiver.untilReceived(1);
    const { code, stderr } = await timed(`a Collector that ${trouble}`, () => agent.stop());
    expect(code).toBe(0);
    expect(stderr).toMatch(/ warn {2}stopping: 2 cycles did not reach http:\/\/127/);
  });

  test.concurrent.for([
    { trouble: 'has not answered before', answer: hang, env: oneAttempt },
    {
      trouble: 'is not there',
      answer: accept,
      env: { ...oneAttempt, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.5.5.2:1' },
    },
  ])('that $trouble', async ({ trouble, answer, env }, t) => {
    const { agent } = await startCounting(t, { config, answer, env });
    await agent.untilLogged(/takes no metrics/);
    const { code, stderr } = await timed(`a Collector that ${trouble}`, () => agent.stop());
    expect(code).toBe(0);
    expect(stderr).toMatch(/ warn {2}stopping: 2 cycles did not reach http:\/\/127/);
  });

  test.concurrent('that falls silent with the last cycle', async (t) => {
    const { agent, receiver } = await startCounting(t, { config });
    await receiver.untilTaken(1);
    receiver.answer = hang;
    const { code, stderr } = await timed('a Collector that falls silent', () => agent.stop());
    expect(code).toBe(0);
    expect(receiver.received).toHaveLength(2);
    expect(stderr).toMatch(/ warn {2}stopping: 1 cycle did not reach http:\/\/127/);
  });

  test.concurrent('that has just come back: nothing is lost', async (t) => {
    const { agent, receiver } = await startCounting(t, {
      config,
      answer: answerWith(503),
      env: oneAttempt,
    });
    await agent.untilLogged(/takes no metrics/);
    receiver.answer = accept;
    const { code, stderr } = await agent.stop();
    expect(code).toBe(0);
    // A batch whose answer comes too late on a busy machine comes twice.
    const cycles = receiver.taken.flatMap(({ body }) =>
      pointsIn(body)
        .filter(({ name }) => name === 'system.network.connection.count')
        .map(({ time }) => time),
    );
    expect(new Set(cycles).size).toBe(2);
    expect(stderr).toMatch(/takes metrics again; 1 cycle sent late, 0 cycles lost/);
    expect(stderr).not.toContain('did not reach');
  });
});

test.concurrent('two signals at once are one stop: a terminal and npm both send them', async (t) => {
  const { agent, receiver } = await startCounting(t, { config, answer: hang });
  await receiver.untilReceived(1);
  agent.child.kill('SIGINT');
  // Another signal, because the kernel makes one of two equal ones that nobody has taken yet.
  const { code } = await agent.stop('SIGTERM');
  expect(code).toBe(0);
});

describe.concurrent('what hangs', () => {
  /** Nobody ever writes to it: opening it for reading waits for ever (fifo(7)). */
  async function startHanging(t: TestContext) {
    const proc = await procFolder(t, { tcp6: 3 });
    await promisify(execFile)('mkfifo', [proc.table('tcp')]);
    const agent = await startScoutAgent(t, {
      config: `proc: ${proc.path}\ninterval: 1s`,
      env: { OTEL_METRICS_EXPORTER: 'none' },
    });
    await agent.untilLogged(/a cycle is skipped/);
    return agent;
  }

  test.concurrent.for(['SIGTERM', 'SIGINT'] as const)(
    'a table that is never read to its end does not hold up %s',
    async (signal, t) => {
      const agent = await startHanging(t);
      const ended = await timed(`${signal} and a FIFO`, () => agent.stop(signal));
      expect(ended).toMatchObject({ code: null, signal });
      expect(ended.stderr).toMatch(
        new RegExp(
          ` warn  ${signal}: ending without waiting for the reading or writing of a file, which hangs; `,
        ),
      );
    },
  );

  test.concurrent('nor does it the second signal', async (t) => {
    const agent = await startHanging(t);
    agent.child.kill('SIGINT');
    await agent.untilLogged(/SIGINT: collecting once more/);
    agent.child.kill('SIGSTOP');
    await sleep(1_100);
    agent.child.kill('SIGTERM');
    agent.child.kill('SIGCONT');
    expect(await agent.ended).toMatchObject({
      signal: 'SIGTERM',
      stderr: expect.stringContaining('SIGTERM once more: ending without the last export'),
    });
  });
});

test.concurrent.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s more than a second after the first signal ends it at once',
  async (signal, t) => {
    const { agent, receiver } = await startCounting(t, { config, answer: hang });
    await receiver.untilReceived(1);
    agent.child.kill('SIGINT');
    await agent.untilLogged(/SIGINT: collecting once more/);
    // While it is frozen its stop can't end, however slow this machine is.
    agent.child.kill('SIGSTOP');
    await sleep(1_100);
    agent.child.kill(signal);
    agent.child.kill('SIGCONT');
    const { code, signal: killedBy, stderr } = await agent.ended;
    expect({ code, killedBy }).toEqual({ code: null, killedBy: signal });
    expect(stderr).toContain(`${signal} once more: ending without the last export`);
    expect(stderr).not.toContain('did not reach');
  },
);
