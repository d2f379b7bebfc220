import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AgentConfigError } from './error.js';

/** Where the configuration stands unless another file is named. */
export const DEFAULT_CONFIG_PATH = '/opt/scout-agent/agent.env.yml';

const MAX_BYTES = 1024 * 1024;

/** A configuration file as it was read; nothing in it has been judged yet. */
export interface ConfigSource {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: Buffer;
}

/**
 * Reads `path`, else the file that SCOUT_AGENT_CONFIG names, else {@link DEFAULT_CONFIG_PATH}.
 *
 * @returns `undefined` where nobody named a file and there is none at the default place
 * @throws AgentConfigError where a named file is missing, or any file can't be read
 */
export async function readConfigFile(
  path: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ConfigSource | undefined> {
  const named = path ?? (env.SCOUT_AGENT_CONFIG || undefined);
  const file = resolve(named ?? DEFAULT_CONFIG_PATH);
  try {
    return { file, bytes: await readSmallFile(file) };
  } catch (error) {
    if (named === undefined && isMissing(error)) return undefined;
    const by = path === undefined && named !== undefined ? ' (named by SCOUT_AGENT_CONFIG)' : '';
    throw new AgentConfigError([{ source: file, message: `${describeReadError(error)}${by}` }]);
  }
}

/**
 * Reads a regular file of at most 1 MiB: a device or a pipe could keep the process waiting for ever.
 *
 * @throws the system's error, or an Error that says why the file is refused
 */
export async function readSmallFile(path: string): Promise<Buffer> {
  const stats = await stat(path);
  if (stats.isDirectory()) throw new Error('is a folder, not a file');
  if (!stats.isFile()) throw new Error('is not a regular file');
  if (stats.size > MAX_BYTES) {
    throw new Error(`has ${stats.size} bytes; at most ${MAX_BYTES} (1 MiB) are read`);
  }
  return readFile(path);
}

/** Says in words why {@link readSmallFile} failed. */
export function describeReadError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isMissing(error)) return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') {
    return `no permission to read it as user ${process.geteuid?.()}; its mode, its owner or a folder above it forbids it`;
  }
  return message;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
