import { expect, test } from 'vitest';
import { readAgentConfig } from '../../src/config/index.js';
import { PLUGIN_KEYS } from '../support/allowed.js';
import { mistakesIn } from './files.js';

const TAB = 'a tab indents this line; YAML takes spaces only';
const KEY_FORM = 'a key needs a colon and a space behind it: "key: value"';
const UNCLOSED = 'a quote, [ or { is open at the end of this line, and what follows does not close it';
const INDENTED =
  'this line is indented otherwise than those above; the keys of one section stand in one column';
const MARGIN = 'this line does not go on from those above; all keys stand at the left margin';
const CHARACTER = 'YAML does not take this character here; a value that holds it must stand in quotes';
const LIST_ON_KEY_LINE =
  "a list can't begin on the line of its key; write\n  metrics:\n    - tcp_connections";
const NO_KEYS = (is: string) =>
  `the file holds ${is}; it must hold keys, a colon and a space behind each: "proc: /proc"`;
const SECOND_DOCUMENT = 'a second YAML document begins here; the file may hold one only';
const ALIAS = 'an alias, which this file may not hold; a value that begins with * must stand in quotes';
const ANCHOR = 'an anchor, which this file may not hold; a value that begins with & must stand in quotes';
const TAG = 'a tag, which this file may not hold; a value that begins with ! must stand in quotes';
const BLOCK = 'behind | or > the text begins on the next line';
const ESCAPE = 'a backslash in double quotes begins an escape such as \\n; use single quotes';
const CONTROL = 'a control character is not allowed here';
const DIRECTIVE = 'a line that begins with % is a YAML directive; remove it, or put the value in quotes';
const ALLOWED = `allowed: ${PLUGIN_KEYS}`;

test.each<[title: string, file: string, mistakes: string[]]>([
  ['a tab before a dash', 'metrics:\n\t- tcp_listen\n', [`2:1: ${TAB}`]],
  ['a tab behind spaces', 'metrics:\n  \t- tcp_listen\n', [`2:3: ${TAB}`]],
  ['a tab before the first key', '\tmetrics: [tcp_listen]\n', [`1:1: ${TAB}`]],

  ['a list on its key’s line', 'metrics: - tcp_connections\n', [`1:10: ${LIST_ON_KEY_LINE}`]],
  [
    'a list that begins on its key’s line',
    'metrics: - tcp_connections\n         - tcp_listen\n',
    [`1:10: ${LIST_ON_KEY_LINE}`],
  ],
  [
    'a whole list on its key’s line',
    'metrics: - tcp_connections - tcp_listen\n',
    [`1:10: ${LIST_ON_KEY_LINE}`],
  ],

  ['no space behind the only colon', 'metrics:tcp_connections\n', [`1:1: ${NO_KEYS('text')}`]],
  ['no space behind the first colon', 'proc:/proc\nmetrics:\n  - tcp_listen\n', [`1:1: ${KEY_FORM}`]],
  ['no space behind a later colon', 'metrics:\n  - tcp_listen\nproc:/proc\n', [`3:1: ${KEY_FORM}`]],
  ['no colon at all', 'metrics\n  - tcp_connections\n', [`1:1: ${NO_KEYS('text')}`]],
  ['no colon behind a later key', 'proc: /proc\nmetrics\n', [`2:1: ${KEY_FORM}`]],
  ['an environment file', 'METRICS=tcp_connections\n', [`1:1: ${NO_KEYS('text')}`]],
  ['an equals sign for a colon', '# paths\nproc = /proc\nmetrics: [tcp_listen]\n', [`2:1: ${KEY_FORM}`]],
  [
    'two colons on a line',
    'proc: host: /proc\n',
    ['1:11: a second colon on the line; a value that holds a colon and a space must stand in quotes'],
  ],

  ['a value that begins with @', 'proc: @proc\n', [`1:7: ${CHARACTER}`]],
  ['a value that begins with a backtick', 'proc: `/proc`\n', [`1:7: ${CHARACTER}`]],
  ['a value that begins with %', 'proc: %proc\n', [`1:7: ${CHARACTER}`]],
  ['text behind a closing quote', 'proc: "/proc" /host\n', [`1:15: ${CHARACTER}`]],
  ['a bracket too many', 'metrics: [tcp_listen]]\n', [`1:22: ${CHARACTER}`]],
  ['a bracket left open', 'metrics: [tcp_listen\nproc: /proc\n', [`1:21: ${UNCLOSED}`]],
  ['a brace left open', '{metrics: [tcp_listen]\n', [`1:23: ${UNCLOSED}`]],
  ['a single quote left open', "proc: '/proc\n", [`1:13: ${UNCLOSED}`]],
  ['a double quote left open', 'proc: "/proc\nmetrics: [tcp_listen]\n', [`1:13: ${UNCLOSED}`]],
  [
    'a comma too many',
    'metrics: [tcp_listen,, tcp_states]\n',
    ['1:22: a comma with nothing before it; remove it'],
  ],
  [
    'a comma missing',
    'metrics: ["tcp_listen" "tcp_states"]\n',
    ['1:24: a comma is missing between two entries of [ ] or { }'],
  ],

  ['a backslash in double quotes', 'proc: "C:\\proc"\n', [`1:11: ${ESCAPE}`]],
  ['an escape without its digits', 'proc: "\\xZZ"\n', [`1:10: ${ESCAPE}`]],
  ['a control character', 'proc: /pr\u0001oc\n', [`1:10: ${CONTROL}`]],
  ['a control character in quotes', 'proc: "/pr\u0001oc"\n', [`1:11: ${CONTROL}`]],
  ['a null byte', 'proc: /pr\0oc\n', [`1:10: ${CONTROL}`]],

  [
    'a key indented less than the list above',
    'metrics:\n  - tcp_listen\n proc: /proc\n',
    [`3:2: ${INDENTED}`],
  ],
  [
    'a key in the column of the list above',
    'metrics:\n  - tcp_listen\n  proc: /proc\n',
    [`3:3: ${INDENTED}`],
  ],
  ['a key indented under a value', 'proc: /proc\n  metrics: [tcp_listen]\n', [`2:3: ${INDENTED}`]],
  ['the first key alone indented', ' metrics:\n  - tcp_listen\nproc: /proc\n', [`3:1: ${MARGIN}`]],
  ['a dash indented less', 'metrics:\n  - tcp_listen\n - tcp_states\n', [`3:2: ${INDENTED}`]],
  [
    'a dash without its space',
    'metrics:\n  - tcp_listen\n  -tcp_states\n',
    ['3:3: a dash needs a space behind it: "- name"'],
  ],
  ['text on the line of a block', 'proc: |x\n  /proc\n', [`1:8: ${BLOCK}`]],
  ['a block marked twice', 'proc: |++\n  /proc\n', [`1:9: ${BLOCK}`]],
  ['too many levels', `proc: ${'['.repeat(200)}\n`, ['1:106: too many levels of nesting']],

  ['an alias', 'proc: *proc\n', [`1:7: ${ALIAS}`]],
  ['an alias without a name', 'proc: *\n', ['1:8: a value that begins with * must stand in quotes']],
  ['an anchor and its alias', 'proc: &p /proc\nmetrics: [*p]\n', [`1:7: ${ANCHOR}`, `2:11: ${ALIAS}`]],
  ['an anchor without a name', 'proc: &\n', ['1:8: a value that begins with & must stand in quotes']],
  [
    'aliases of aliases',
    'a: &a [x, x]\nb: &b [*a, *a]\nmetrics: *b\n',
    [
      `1:1: unknown key "a"; ${ALLOWED}`,
      `1:4: ${ANCHOR}`,
      `2:1: unknown key "b"; ${ALLOWED}`,
      `2:4: ${ANCHOR}`,
      `2:8: ${ALIAS}`,
      `2:12: ${ALIAS}`,
      `3:10: ${ALIAS}`,
    ],
  ],
  [
    'a merge key',
    'proc: &p /proc\n<<: *p\n',
    [`1:7: ${ANCHOR}`, `2:1: unknown key "<<"; ${ALLOWED}`, `2:5: ${ALIAS}`],
  ],
  ['a tag of YAML', 'proc: !!str /proc\n', [`1:7: ${TAG}`]],
  ['a tag of one’s own', 'proc: !secret /proc\n', [`1:7: ${TAG}`]],
  [
    'a tag with an unknown handle',
    'proc: !x!y /proc\n',
    ['1:11: a value that begins with ! must stand in quotes'],
  ],

  ['two documents', 'metrics: [tcp_listen]\n---\nproc: /proc\n', [`2:1: ${SECOND_DOCUMENT}`]],
  ['two documents, an end between them', 'proc: /proc\n...\nproc: /proc\n', [`2:1: ${SECOND_DOCUMENT}`]],
  ['an empty second document', '---\nproc: /proc\n---\n', [`3:1: ${SECOND_DOCUMENT}`]],
  ['another version of YAML', '%YAML 2.0\n---\nproc: /proc\n', [`2:1: ${DIRECTIVE}`]],
  ['a key that begins with %', '%proc: /proc\nmetrics: [tcp_listen]\n', [`2:1: ${DIRECTIVE}`]],

  ['a list for the whole file', '- tcp_connections\n', [`1:1: ${NO_KEYS('a list')}`]],
  ['a list, then a key', '- tcp_listen\nproc: /proc\n', [`2:1: ${MARGIN}`]],
  ['a number for the whole file', '12\n', [`1:1: ${NO_KEYS('text')}`]],
  ['a truth for the whole file', 'true\n', [`1:1: ${NO_KEYS('text')}`]],
  ['a key that is a list', '? [metrics]\n: x\n', ['1:3: a key must be text']],
  ['a key that is a mapping', '{metrics: [tcp_listen]}: x\n', ['1:1: a key must be text']],
  ['a key on the line of the document’s mark', '---\tproc: /proc\n', [`1:9: ${KEY_FORM}`]],
  ['a key over two lines', '"a\nb": c\n', [`1:1: ${KEY_FORM}`]],
  ['an empty key', ': x\n', [`1:1: unknown key ""; ${ALLOWED}`]],
  ['the key of a prototype', '__proto__: {proc: /proc}\n', ['1:1: the key __proto__ is not allowed']],
  [
    'keys that every object has',
    'constructor: {prototype: {polluted: true}}\ntoString: x\n',
    [`1:1: unknown key "constructor"; ${ALLOWED}`, `2:1: unknown key "toString"; ${ALLOWED}`],
  ],
  ['a key that would colour a terminal', '"\\e[31m": x\n', [`1:1: unknown key "\\u001b[31m"; ${ALLOWED}`]],
  ['a very long key', `${'k'.repeat(200)}: x\n`, [`1:1: unknown key "${'k'.repeat(60)}…"; ${ALLOWED}`]],

  [
    'a key twice',
    'proc: /proc\nproc: /proc\n',
    ['2:1: the key "proc" stands on line 1 already; keep one of them'],
  ],
  [
    'a key twice, once in quotes',
    'proc: /a\n"proc": /b\n',
    ['2:1: the key "proc" stands on line 1 already; keep one of them'],
  ],
  [
    'a key twice on a line',
    '{proc: /a, proc: /b}\n',
    ['1:12: the key "proc" stands on line 1 already; keep one of them'],
  ],
  [
    'a key twice in a section that is not judged',
    'otlp:\n  endpoint: a\n  endpoint: b\n',
    ['3:3: the key "endpoint" stands on line 2 already; keep one of them'],
  ],
  [
    'several of these at once, in the order of the file',
    'proc: !!str /proc\nproc: *p\nmetrics: [tcp_listen]\n---\n',
    [
      `1:7: ${TAG}`,
      '2:1: the key "proc" stands on line 1 already; keep one of them',
      `2:7: ${ALIAS}`,
      `4:1: ${SECOND_DOCUMENT}`,
    ],
  ],
])('%s', async (_title, file, mistakes) => {
  expect(await mistakesIn(file, readAgentConfig)).toEqual(mistakes);
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});
