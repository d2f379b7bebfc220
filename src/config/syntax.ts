import type { YAMLException } from 'js-yaml';
import type { TextProblem } from './tree.js';

const TAB = 'a tab indents this line; YAML takes spaces only';
const UNCLOSED = 'a quote, [ or { is open at the end of this line, and what follows does not close it';
const KEY_FORM = 'a key needs a colon and a space behind it: "key: value"';

/**
 * What the parser's reasons mean to somebody who wrote the file by hand. None of its own words is passed on:
 * some of them quote the file, which may hold a secret.
 */
const EXPLANATIONS: readonly [reason: RegExp, message: string][] = [
  [/^tab characters/, TAB],
  [/^expected the node content/, 'a comma with nothing before it; remove it'],
  [/^missed comma/, 'a comma is missing between two entries of [ ] or { }'],
  [
    /escape sequence|hexadecimal/,
    'a backslash in double quotes begins an escape such as \\n; use single quotes',
  ],
  [/^a whitespace character is expected/, KEY_FORM],
  [/non-printable|null byte|valid JSON character/, 'a control character is not allowed here'],
  [/^nesting exceeded/, 'too many levels of nesting'],
  [/\btag\b/, 'a value that begins with ! must stand in quotes'],
  [/anchor/, 'a value that begins with & must stand in quotes'],
  [/alias/, 'a value that begins with * must stand in quotes'],
  [
    /directive|YAML version/i,
    'a line that begins with % is a YAML directive; remove it, or put the value in quotes',
  ],
  [/line break is expected|block scalar|identifier$/, 'behind | or > the text begins on the next line'],
];

/** Explains why the parser gave up, at the place that is to be mended. */
export function explainSyntaxError({ reason, mark }: YAMLException, text: string): TextProblem {
  const offset = mark?.position ?? 0;
  const start = lineStart(text, offset);
  const line = /[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';

  const tab = /^ *\t/.exec(line);
  if (tab !== null) return { offset: start + tab[0].length - 1, message: TAB };

  const list = /^(\w+): +- +(\S+)/.exec(line);
  if (list !== null) {
    const first = /^\w+$/.test(list[2] as string) ? list[2] : 'first';
    return {
      offset,
      message: `a list can't begin on the line of its key; write\n  ${list[1]}:\n    - ${first}`,
    };
  }

  // The parser notices these on a later line, or at the end of the file.
  const before = text.slice(0, offset).trimEnd();
  if (/^deficient indentation|^unexpected end of the .* (quoted scalar|flow collection)$/.test(reason)) {
    return { offset: before.length, message: UNCLOSED };
  }
  if (/^expected ':'|multiline key/.test(reason)) {
    const keyLine = lineStart(text, before.length);
    return { offset: keyLine + text.slice(keyLine).search(/\S/), message: KEY_FORM };
  }
  if (/document separator/.test(reason)) {
    if (text[offset] === ':') return { offset: firstKey(text) ?? offset, message: KEY_FORM };
    return {
      offset,
      message: 'this line does not go on from those above; all keys stand at the left margin',
    };
  }
  if (/^bad indentation/.test(reason)) return explainIndentation(line, start, offset);

  const known = EXPLANATIONS.find(([pattern]) => pattern.test(reason));
  return { offset, message: known?.[1] ?? 'this is not YAML' };
}

/** The parser says "bad indentation" of whatever stands behind a value that was complete. */
function explainIndentation(line: string, start: number, offset: number): TextProblem {
  const before = line.slice(0, offset - start);
  const indentation = line.search(/\S/);
  if (/^ *-[^\s-]/.test(line)) {
    return { offset: start + indentation, message: 'a dash needs a space behind it: "- name"' };
  }
  const isColon = /^:(\s|$)/.test(line.slice(before.length));
  if (before.trim() === '' || (isColon && !/:\s/.test(before))) {
    const message =
      'this line is indented otherwise than those above; the keys of one section stand in one column';
    return { offset: start + indentation, message };
  }
  return {
    offset,
    message: isColon
      ? 'a second colon on the line; a value that holds a colon and a space must stand in quotes'
      : 'YAML does not take this character here; a value that holds it must stand in quotes',
  };
}

/** Behind comments, directives and the mark of the document. */
function firstKey(text: string): number | undefined {
  return /^ *(?!---)[^\s#%]/m.exec(text)?.index;
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}
