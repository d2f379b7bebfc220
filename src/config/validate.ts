import type * as z from 'zod';
import { nearest } from '../nearest.js';
import { type ConfigNode, quote, type ScalarNode, type TextProblem } from './tree.js';

/** The plain value of a node, for a schema to judge. */
function plainValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries(Array.from(node.entries, ([key, entry]) => [key, plainValue(entry.node)]));
}

/** The node at a path, where there is one. */
export function nodeAt(root: ConfigNode | undefined, path: readonly PropertyKey[]): ConfigNode | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === 'mapping') node = node.entries.get(String(step))?.node;
    else if (node?.kind === 'list') node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/**
 * Checks a tree against a schema. A schema's message says what is allowed and never repeats the value, which
 * may be a secret. The `params.hint` of a custom issue may repeat it, and is shown only where no part of the
 * value came from outside the file.
 */
export function validate<T>(root: ConfigNode, schema: z.ZodType<T>, problems: TextProblem[]): T | undefined {
  const result = schema.safeParse(plainValue(root), { error: generalMessage });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const problem of describeIssue(root, issue)) problems.push(problem);
  }
  return undefined;
}

/** The message where the schema has none of its own. For unknown keys it is the list of those allowed. */
function generalMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    return Object.keys((issue.inst as z.ZodObject).def.shape).join(', ');
  }
  if (issue.code === 'invalid_type')
    return `must have keys of its own${suchAs(issue)}, each on a line below it`;
  return undefined;
}

function suchAs({ inst }: z.core.$ZodRawIssue): string {
  const { shape } = (inst as z.ZodObject).def;
  return shape === undefined ? '' : ` such as ${Object.keys(shape)[0]}`;
}

function describeIssue(root: ConfigNode, issue: z.core.$ZodIssue): TextProblem[] {
  const { path } = issue;
  const node = nodeAt(root, path);
  if (node === undefined) {
    const place = keyOffset(root, path.slice(0, -1));
    return [{ offset: place, message: `${nameOf(path)} is missing; it ${issue.message}` }];
  }
  if (node.kind === 'scalar' && node.faulty) return [];
  const { offset } = node;

  switch (issue.code) {
    case 'unrecognized_keys': {
      const place = path.length === 0 ? '' : ` in ${nameOf(path)}`;
      const allowed = issue.message.split(', ');
      return issue.keys.map((key) => ({
        offset: keyOffset(root, [...path, key]),
        message: `unknown key ${quote(key)}${place}; allowed: ${issue.message}${didYouMean(nearest(key, allowed))}`,
      }));
    }
    case 'invalid_key':
      return [{ offset: keyOffset(root, path), message: `${nameOf(path)} ${issue.issues[0]?.message}` }];
    case 'invalid_value': {
      const names = issue.values.map(String);
      const wrong = isText(node) ? `unknown name ${shown(node)}` : `${kindOf(node)} is not a name`;
      const allowed = `; allowed: ${names.join(', ')}`;
      return [{ offset, message: `${nameOf(path)}: ${wrong}${allowed}${meantName(node, names)}` }];
    }
    case 'invalid_union': {
      const meant = meantBranch(issue.errors);
      if (meant !== undefined)
        return meant.flatMap((inner) => describeIssue(root, { ...inner, path: [...path, ...inner.path] }));
      return [ofOtherKind(node, issue)];
    }
    case 'invalid_type':
      return [ofOtherKind(node, issue)];
    default:
      return [{ offset, message: `${subjectOf(node, path)} ${issue.message}${hintOf(node, issue)}` }];
  }
}

function ofOtherKind(node: ConfigNode, { path, message }: z.core.$ZodIssue): TextProblem {
  const is = node.kind === 'scalar' && node.value === null ? 'has no value' : `is ${kindOf(node)}`;
  return { offset: node.offset, message: `${nameOf(path)} ${is}; it ${message}` };
}

/** What is wrong inside of the one form that a value has, where it may have several. */
function meantBranch(errors: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const isOfOtherKind = ({ code, path }: z.core.$ZodIssue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  return errors.find((issues) => !issues.some(isOfOtherKind));
}

function subjectOf(node: ConfigNode, path: readonly PropertyKey[]): string {
  const name = nameOf(path);
  if (typeof path.at(-1) === 'number') return `${name}: ${shown(node)}`;
  if (node.kind !== 'scalar' || node.references.length === 0) return name;
  return `${name}, which is ${node.references.join(', ')} here,`;
}

/** A value as it stands in the file, or where it came from: what came from outside is not repeated. */
function shown(node: ConfigNode): string {
  if (node.kind !== 'scalar') return kindOf(node);
  return node.references.length === 0 ? quote(node.written) : `from ${node.references.join(', ')}`;
}

/** An entry of a list goes by the list's name. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .filter((step) => typeof step !== 'number')
    .map(String)
    .map((key) => (/^[\w.-]+$/.test(key) ? key : quote(key)))
    .join('.');
}

function meantName(node: ConfigNode, allowed: readonly string[]): string {
  if (!isText(node) || node.references.length > 0) return '';
  // YAML reads a list whose dashes don't stand in one column as one long text.
  if (/\s-\s|,/.test(node.written)) return '; each name takes a line of its own, all dashes in one column';
  return didYouMean(nearest(node.written, allowed));
}

function hintOf(node: ConfigNode, issue: z.core.$ZodIssue): string {
  if (issue.code !== 'custom' || node.kind !== 'scalar' || node.references.length > 0) return '';
  return didYouMean(issue.params?.hint);
}

function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
}

function isText(node: ConfigNode): node is ScalarNode {
  return node.kind === 'scalar' && typeof node.value === 'string';
}

function kindOf(node: ConfigNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  if (node.value === null) return 'an empty value';
  if (typeof node.value === 'string') return 'text';
  return typeof node.value === 'number' ? 'a number' : String(node.value);
}

function keyOffset(root: ConfigNode, path: readonly PropertyKey[]): number {
  if (typeof path.at(-1) === 'number') return nodeAt(root, path)?.offset ?? root.offset;
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === 'mapping' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyOffset ?? root.offset;
}
