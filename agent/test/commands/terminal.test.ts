/** `run` on a terminal and without one. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import { hang, startReceiver } from '../support/receiver.js';
import { CLI, configFile, follow, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

/** A cycle's line, after the time. */
const CYCLE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ((?:\w+ \d+ \(|no count).*)$/gm;

/** Runs the agent on a terminal of its own, as `script` of util-linux makes one; what it shows is our stdout. */
async function onTerminal(
  t: Test,
  config: string,
  env: Record<string, string> = { OTEL_METRICS_EXPORTER: 'none' },
) {
  const file = await configFile(t, config);
  const shell = spawn(
    'script',
    ['-qefc', `exec '${process.execPath}' '${CLI}' --config '${file}'`, '/dev/null'],
    {
      env: { PATH: process.env.PATH, XDG_STATE_HOME: dirname(file), TERM: 'dumb', SHELL: '/bin/sh', ...env },
    },
  );
  const terminal = follow(t, shell);
  const screen = () => terminal.stdout().replaceAll('\r\n', '\n');
  const cycles = () => [...screen().matchAll(CYCLE)].map(([, counts]) => counts);
  const untilCycles = (wanted: (cycles: (string | undefined)[]) => boolean) =>
    until(
      () => wanted(cycles()),
      () => `the line:\n${screen()}`,
    );
  const type = (keys: string) => shell.stdin.write(keys);
  return { terminal, screen, cycles, untilCycles, type };
}

test.concurrent('each cycle is one line with its counts', async (t) => {
  const proc = await procFolder(t, { tcp: 12, tcp6: 3 });
  const { cycles, untilCycles, screen } = await onTerminal(t, `proc: ${proc.path}\ninterval: 1s\n`);
  await untilCycles((lines) => lines.length >= 3);
  expect(new Set(cycles())).toEqual(new Set(['established 15 (ipv4 12, ipv6 3)']));
  expect(screen()).toMatch(/ info {2}counting tcp_connections every 1s\n/);

  await proc.remove('tcp6');
  await untilCycles((lines) => lines.at(-1) === 'established 12 (ipv4 12)');
  await proc.remove('tcp');
  await untilCycles((lines) => lines.at(-1) === 'no count in this cycle');
});

test.concurrent('of several states those are shown that have connections, and the first always', async (t) => {
  const proc = await procFolder(t, { tcp: 0, tcp6: 0 });
  const config = `metrics: [tcp_connections, tcp_time_wait, tcp_listen]\nproc: ${proc.path}\ninterval: 1s\n`;
  const { untilCycles } = await onTerminal(t, config);
  await untilCycles(([first]) => first === 'established 0 (ipv4 0, ipv6 0)  listen 2 (ipv4 1, ipv6 1)');
});

test.concurrent('Ctrl-C stops it with a last line and exit code 0', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  const { terminal, cycles, untilCycles, screen, type } = await onTerminal(
    t,
    `proc: ${proc.path}\ninterval: 1h\n`,
  );
  await untilCycles((lines) => lines.length === 1);
  type('\x03');
  expect((await terminal.ended).code).toBe(0);
  expect(screen()).toContain('SIGINT: collecting once more and stopping');
  expect(cycles()).toHaveLength(2);
});

test.concurrent('a terminal that goes away stops it with a last export', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  const receiver = await startReceiver(t);
  const { terminal } = await onTerminal(t, `proc: ${proc.path}\ninterval: 1h\n`, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  });
  await receiver.untilTaken(1);
  terminal.child.kill('SIGKILL');
  await receiver.untilTaken(2);
});

test.concurrent('without a terminal there is no such line', async (t) => {
  const { agent, receiver } = await startCounting(t);
  await receiver.untilTaken(3);
  expect((await agent.stop()).stdout).toBe('');
});

test.concurrent('a Collector that never answers holds up no line', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  const receiver = await startReceiver(t, hang);
  const { untilCycles } = await onTerminal(t, `proc: ${proc.path}\ninterval: 1s\n`, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  });
  await untilCycles((lines) => lines.length >= 4);
  expect(receiver.received).toHaveLength(1);
});
