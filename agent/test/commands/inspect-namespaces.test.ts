/** `inspect --namespaces`: which network namespaces there are, and what each holds. */
import { expect, test } from 'vitest';
import { namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { scoutAgent } from '../support/scout-agent.js';

const refusal = namespaceRefusal();

test.skipIf(refusal)(`each with its connections${refusal ? ` (${refusal})` : ''}`, async (t) => {
  const namespace = await openNamespace({ ipv4: 400, ipv6: 5 });
  t.onTestFinished(() => namespace.close());
  const { code, stdout, stderr } = await scoutAgent(t, ['inspect', '--namespaces']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^established {2}network namespace +lowest pid {2}its name +processes$/);
  const rows = lines.slice(1).map((line) => line.trim().split(/ {2,}/));
  expect(rows.find(([, , pid]) => pid === String(namespace.pid))?.[0]).toBe('810');
  expect(rows.filter(([, name]) => name?.endsWith(' (counted)'))).toHaveLength(1);

  for (const flag of ['--top=3', '--state=listen', '--watch']) {
    expect(await scoutAgent(t, ['inspect', '--namespaces', flag])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--namespaces' cannot be used with option"),
    });
  }

  const json = await scoutAgent(t, ['inspect', '--namespaces', '--json']);
  const { namespaces } = JSON.parse(json.stdout);
  const keys = ['name', 'pid', 'process', 'processes', 'own', 'established'];
  expect(namespaces.map(Object.keys)).toEqual(namespaces.map(() => keys));
  expect(namespaces).toContainEqual({
    name: expect.any(String),
    pid: namespace.pid,
    process: 'sh',
    processes: expect.any(Number),
    own: false,
    established: 810,
  });
});
