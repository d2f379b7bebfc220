import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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

/** Where the configuration stands, and what names that place; nothing does where it is {@link DEFAULT_CONFIG_PATH}. */
export interface ConfigPlace {
  /** Absolute path. */
  readonly file: string;
  readonly namedBy: 'path' | 'SCOUT_AGENT_CONFIG' | undefined;
}

/** `path`, else what SCOUT_AGENT_CONFIG names, else {@link DEFAULT_CONFIG_PATH}; an empty variable counts as unset. */
export function locateConfig(path: string | undefined, env: NodeJS.ProcessEnv): ConfigPlace {
  if (path !== undefined) return { file: resolve(path), namedBy: 'path' };
  if (env.SCOUT_AGENT_CONFIG) return { file: resolve(env.SCOUT_AGENT_CONFIG), namedBy: 'SCOUT_AGENT_CONFIG' };
  return { file: DEFAULT_CONFIG_PATH, namedBy: undefined };
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
  const { file, namedBy } = locateConfig(path, env);
  try {
    return { file, bytes: await readSmallFile(file) };
  } catch (error) {
    if (namedBy === undefined && isMissing(error)) return undefined;
    const by = namedBy === 'SCOUT_AGENT_CONFIG' ? ' (named by SCOUT_AGENT_CONFIG)' : '';
    throw new AgentConfigError([{ source: file, message: `${describeReadError(error)}${by}` }]);
  }
}

/**
 * Reads a regular file of at most 1 MiB: a device or a pipe could keep the process waiting for ever.
 *
 * @throws the system's error, or an Error that says why the file is refused
 */
export async function readSmallFile(path: string): Promise<Buffer> {
  // A FIFO that nobody writes to would hold up `open` itself (fifo(7)).
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error('is a folder, not a file');
    if (!stats.isFile()) throw new Error(`is ${stats.isFIFO() ? 'a pipe' : 'a device'}, not a regular file`);
    return await readAtMost(file, MAX_BYTES);
  } finally {
    await file.close();
  }
}

/** The size that a file has by `stat` is not to be trusted: procfs and sysfs say 0 or a page, and logs grow. */
async function readAtMost(file: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of file.createReadStream({ end: limit, autoClose: false })) {
    chunks.push(chunk);
    total += chunk.length;
  }
  if (total > limit) throw new Error(`has more than ${limit} bytes (1 MiB), which is all that is read`);
  return Buffer.concat(chunks);
}

/** Says in words why {@link readSmallFile} failed. */
export function describeReadError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isMissing(error)) return 'no such file';
  // By open(2) a socket in the file system, or a device that isn't there.
  if (code === 'ENXIO') return 'is not a regular file';
  if (code === 'EACCES' || code === 'EPERM') {
    return `no permission to read it as user ${process.geteuid?.()}; its mode, its owner or a folder above it forbids it`;
  }
  return message;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
