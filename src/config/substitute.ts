// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { dirname, resolve } from 'node:path';
import { describeReadError, readSmallFile } from './file.js';
import type { ConfigNode, ScalarNode, TextProblem } from './tree.js';

const ALLOWED =
  'a reference is written ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, and a plain dollar sign $$';

/**
 * Replaces `${env:NAME}`, `${env:NAME:-default}`, `${file:PATH}` and `$$` in every text below `node`, as the
 * OpenTelemetry Collector does in its files. It happens after YAML was parsed and gives text, so that a value
 * can't add structure. A file's path is relative to $CREDENTIALS_DIRECTORY (systemd's `LoadCredential=`)
 * where that is set, else to the configuration's folder; one line break at the file's end is not part of the value.
 */
export async function substitute(
  node: ConfigNode,
  configFile: string,
  env: NodeJS.ProcessEnv,
  problems: TextProblem[],
): Promise<void> {
  const folder = env.CREDENTIALS_DIRECTORY || dirname(configFile);
  for (const scalar of scalarsOf(node)) {
    if (typeof scalar.value !== 'string' || !scalar.value.includes('$')) continue;
    const references: string[] = [];
    let result = '';
    let end = 0;
    for (const match of scalar.value.matchAll(/\$\$|\$\{[^}]*\}?/g)) {
      result += scalar.value.slice(end, match.index);
      end = match.index + match[0].length;
      try {
        const { name, value } = await lookUp(match[0], folder, env);
        if (name !== undefined) references.push(name);
        result += value;
      } catch (error) {
        scalar.faulty = true;
        problems.push({ offset: scalar.offset, message: (error as Error).message });
      }
    }
    scalar.value = result + scalar.value.slice(end);
    scalar.references = references;
  }
}

/** The text that a match stands for, and the name under which it may be shown; an escaped dollar has none. */
async function lookUp(
  reference: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ name?: string; value: string }> {
  if (reference === '$$') return { value: '$' };
  if (!reference.endsWith('}'))
    throw new Error(`a reference is opened by \${ and not closed by }; ${ALLOWED}`);
  const body = reference.slice(2, -1);
  if (body.includes('${')) throw new Error(`a reference can't stand inside another; ${ALLOWED}`);

  const variable = /^env:([A-Za-z_]\w*)(?::-(.*))?$/s.exec(body);
  if (variable !== null) {
    const name = variable[1] as string;
    const value = env[name] ?? variable[2];
    if (value === undefined) {
      throw new Error(
        `the environment variable ${name} is not set; set it, or give a default: \${env:${name}:-default}`,
      );
    }
    return { name: `\${env:${name}}`, value };
  }

  const path = /^file:([^\0]+)$/.exec(body)?.[1];
  if (path !== undefined) return { name: `\${file:${path}}`, value: await readValue(resolve(folder, path)) };

  const hint = /^[A-Z_][A-Z0-9_]*$/.test(body) ? `; did you mean \${env:${body}}?` : '';
  throw new Error(`a reference that can't be understood; ${ALLOWED}${hint}`);
}

async function readValue(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readSmallFile(path)).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`the file ${path} of a reference: ${describeReadError(error)}`);
  }
}

function* scalarsOf(node: ConfigNode): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item);
  else for (const entry of node.entries.values()) yield* scalarsOf(entry.node);
}
