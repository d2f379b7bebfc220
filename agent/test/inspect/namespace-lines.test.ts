/** What `inspect --namespaces` prints, by the width of the terminal. */
import { describe, expect, test } from 'vitest';
import { namespaceLines } from '../../src/inspect/namespace-lines.js';

const NAMESPACES = [
  { name: 'c0ffee123456', pid: 812, process: 'postgres', processes: 31, own: false, established: 1_284 },
  { name: '4026531910', pid: 1, process: 'systemd', processes: 240, own: true, established: 95 },
  {
    name: 'a-service-with-a-long-name-indeed.service',
    pid: 4_194_303,
    process: 'a\x1b[2J\nb',
    processes: 1,
    own: false,
    established: 0,
  },
];

describe.each([24, 30, 40, 80])('%i columns', (columns) => {
  const lines = namespaceLines(NAMESPACES, columns);

  test('no line is longer', () => {
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  test('no name is cut', () => {
    const text = lines.map((line) => line.trim()).join('');
    for (const { name, pid } of NAMESPACES) {
      expect(text).toContain(name);
      expect(text.replaceAll(' ', '')).toContain(`pid${pid}`);
    }
  });
});

test('30 columns', () => {
  expect(namespaceLines(NAMESPACES.slice(0, 2), 30)).toMatchInlineSnapshot(`
    [
      "established  network namespace",
      "       1284  c0ffee123456:",
      "             postgres, pid 812",
      "         95  4026531910",
      "             (counted):",
      "             systemd, pid 1",
    ]
  `);
});

test('80 columns, and nothing in the name of a process reaches the terminal as it is', () => {
  expect(namespaceLines(NAMESPACES, 80)).toMatchInlineSnapshot(`
    [
      "established  processes  network namespace",
      "       1284         31  c0ffee123456: postgres, pid 812",
      "         95        240  4026531910 (counted): systemd, pid 1",
      "          0          1  a-service-with-a-long-name-indeed.service:",
      "                        a\\u001b[2J\\u000ab, pid 4194303",
    ]
  `);
});
