import type { YAMLException } from 'js-yaml';
import type { TextProblem } from './tree.js';

/**
 * What the parser's reasons mean to somebody who wrote the file by hand. None of the parser's own words is
 * passed on: some of them quote the file, which may hold a secret.
 */
const EXPLANATIONS: readonly [reason: RegExp, message: string][] = [
  [/^tab characters/, 'a tab indents this line; YAML takes spaces only'],
  [/flow collection$/, 'a [ or { is not closed by ] or }'],
  [/^expected the node content/, 'a comma with nothing before it; remove it'],
  [/^missed comma/, 'a comma is missing between two entries of [ ] or { }'],
  [/within a (single|double) quoted scalar$/, 'a quote is opened and not closed'],
  [
    /escape sequence|hexadecimal/,
    'a backslash in double quotes begins an escape such as \\n; use single quotes',
  ],
  [/^expected ':'|multiline key/, 'a key needs a colon and a space behind it: "key: value"'],
  [/^a whitespace character is expected/, 'a space is missing behind the colon: "key: value"'],
  [/non-printable|null byte|valid JSON character/, 'a control character is not allowed here'],
  [/^nesting exceeded/, 'too many levels of nesting'],
  [/^deficient indentation/, 'this line must be indented more than the key that it belongs to'],
  [/\btag\b/, 'a value that begins with ! must stand in quotes'],
  [/anchor/, 'a value that begins with & must stand in quotes'],
  [/alias/, 'a value that begins with * must stand in quotes'],
  [/directive/i, 'a line that begins with % is a YAML directive; remove it, or put the value in quotes'],
  [/line break is expected|block scalar|identifier$/, 'behind | or > the text begins on the next line'],
  [/^bad indentation of a sequence entry/, 'the dashes of one list must stand in one column, each on a line'],
];

/** Explains why the parser gave up, at the place where it did. */
export function explainSyntaxError(error: YAMLException, text: string): TextProblem {
  const offset = error.mark?.position ?? 0;
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(lineStart))?.[0] ?? '';
  return {
    offset: offset + shiftToTab(line, lineStart, offset),
    message: explain(error.reason, line, offset - lineStart),
  };
}

function shiftToTab(line: string, lineStart: number, offset: number): number {
  const tab = /^ *\t/.exec(line);
  return tab === null ? 0 : lineStart + tab[0].length - 1 - offset;
}

function explain(reason: string, line: string, column: number): string {
  if (/^ *\t/.test(line)) return 'a tab indents this line; YAML takes spaces only';
  const list = /^(\w+): +- +(\S+)/.exec(line);
  if (list !== null) {
    const first = /^\w+$/.test(list[2] as string) ? list[2] : 'first';
    return `a list can't begin on the line of its key; write\n  ${list[1]}:\n    - ${first}`;
  }
  for (const [pattern, message] of EXPLANATIONS) if (pattern.test(reason)) return message;
  if (/^bad indentation of a mapping entry/.test(reason)) return explainMapping(line, column);
  if (/document separator/.test(reason)) {
    return 'this line does not fit those above: its key is indented otherwise, or a colon above lacks its space';
  }
  return 'this is not YAML';
}

function explainMapping(line: string, column: number): string {
  if (line.slice(0, column).trim() === '') {
    return 'this line is indented otherwise than those above; the keys of one section stand in one column';
  }
  if (/^:(\s|$)/.test(line.slice(column))) {
    return 'a second colon on the line; a value that holds a colon and a space must stand in quotes';
  }
  return 'YAML does not take this character here; a value that holds it must stand in quotes';
}
