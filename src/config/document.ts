/**
 * The engine behind agent.env.yml, for the agent. It loads js-yaml and zod, 6 MB of resident memory, which is
 * why nothing that an application imports statically leads here.
 */
import { YAMLException } from 'js-yaml';
import type * as z from 'zod';
import type { ConfigProblem } from './error.js';
import type { ConfigSource } from './file.js';
import { positionsIn } from './position.js';
import { substitute } from './substitute.js';
import { explainSyntaxError } from './syntax.js';
import { composeTree, type MappingNode, type TextProblem } from './tree.js';
import { nodeAt, validate } from './validate.js';

export { METRIC_NAMES, type MetricName } from '../metrics/names.js';
export { nearest } from '../nearest.js';
export { AgentConfigError, type ConfigProblem } from './error.js';
export {
  type ConfigPlace,
  type ConfigSource,
  DEFAULT_CONFIG_PATH,
  describeReadError,
  locateConfig,
  readConfigFile,
  readSmallFile,
} from './file.js';
export { procFromEnvironment } from './proc.js';
export { pluginSections } from './sections.js';

export interface DocumentOptions<T> {
  /** A strict object whose keys are the sections of the file. */
  schema: z.ZodType<T>;
  /** Sections in which references are left as they stand. */
  verbatim?: readonly string[];
  /** Where `${env:NAME}` looks. */
  env: NodeJS.ProcessEnv;
}

/** Where a value of the file came from. */
export interface Origin {
  /** Line in the file, from 1. */
  readonly line: number;
  /** The references that stand in it, such as `${env:NAME}`; a value that has any is not to be shown. */
  readonly references: readonly string[];
}

export interface ConfigDocument<T> {
  /** `undefined` where there are problems. */
  readonly value: T | undefined;
  /** Every mistake, in the order of the file. */
  readonly problems: readonly ConfigProblem[];
  /** Where the value at a path of keys and list indexes stands; `undefined` where the file has none. */
  origin(path: readonly PropertyKey[]): Origin | undefined;
}

/** Parses, substitutes and judges a file; never throws for what is in it. */
export async function readDocument<T>(
  source: ConfigSource,
  { schema, verbatim = [], env }: DocumentOptions<T>,
): Promise<ConfigDocument<T>> {
  const { text, problems } = decode(source.bytes);
  const position = positionsIn(text);
  const root = problems.length === 0 ? parse(text, problems) : undefined;
  let value: T | undefined;
  if (root !== undefined) {
    for (const [key, { node }] of root.entries) {
      if (!verbatim.includes(key)) await substitute(node, source.file, env, problems);
    }
    value = validate(root, schema, problems);
  }
  return {
    value: problems.length === 0 ? value : undefined,
    problems: problems
      .sort((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => ({ source: source.file, ...position(offset), message })),
    origin: (path) => {
      const node = nodeAt(root, path);
      if (node === undefined) return undefined;
      const references = node.kind === 'scalar' ? node.references : [];
      return { line: position(node.offset).line, references };
    },
  };
}

function decode(bytes: Buffer): { text: string; problems: TextProblem[] } {
  const problems: TextProblem[] = [];
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))) {
    problems.push({ offset: 0, message: 'the file is UTF-16; save it as UTF-8' });
    return { text: '', problems };
  }
  const text = new TextDecoder().decode(bytes);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    problems.push({
      offset: text.indexOf('\uFFFD'),
      message: 'a byte that is not UTF-8; save the file as UTF-8',
    });
  }
  return { text, problems };
}

/** The sections, none for a file without content; `undefined` where it can't be judged further. */
function parse(text: string, problems: TextProblem[]): MappingNode | undefined {
  try {
    const root = composeTree(text, problems);
    if (root === undefined || (root.kind === 'scalar' && root.value === null)) {
      return { kind: 'mapping', offset: 0, entries: new Map() };
    }
    if (root.kind === 'mapping') return root;
    const is = root.kind === 'list' ? 'a list' : 'text';
    const message = `the file holds ${is}; it must hold keys, a colon and a space behind each: "proc: /proc"`;
    problems.push({ offset: root.offset, message });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    problems.push(explainSyntaxError(error, text));
  }
  return undefined;
}
