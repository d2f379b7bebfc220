/** `inspect --namespaces`: which network namespaces there are, and what each holds. */
import { expect, test } from 'vitest';
import { namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { scoutAgent } from '../support/scout-agent.js';

const refusal = namespaceRefusal();

test.skipIf(refusal)(`each with its connections${refusal ? ` (${refusal})` : ''}`, async (t) => {
  const namespace = await openNamespace({ ipv4: 400, ipv6: 5 });
  t.onTestFinished(() => namespace.close());
  const inspect = (columns: number) =>
    scoutAgent(t, ['inspect', '--namespaces'], { env: { COLUMNS: String(columns) } });
  const { code, stdout, stderr } = await inspect(200);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('established  processes  network namespace');
  const [line, ...others] = lines.filter((line) => line.endsWith(`: sh, pid ${namespace.pid}`));
  expect(line).toMatch(/^ +810 +[1-9]\d* {2}\S.*: sh, pid \d+$/);
  expect(others).toEqual([]);
  expect(lines.filter((line) => line.includes(' (counted): '))).toHaveLength(1);

  const narrow = (await inspect(30)).stdout.trimEnd().split('\n');
  expect(narrow.filter((line) => line.length > 30)).toEqual([]);
  expect(narrow[0]).toBe('established  network namespace');
  const [, name = ''] = /(\S+): sh/.exec(line ?? '') ?? [];
  const text = narrow.map((line) => line.trim()).join(' ');
  expect(text).toMatch(new RegExp(`(^| )810 +${name}: sh, pid ${namespace.pid}( |$)`));

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
