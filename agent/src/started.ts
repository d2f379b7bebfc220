/** How this program was started: what a person has to type, and which folder is theirs. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { shellWord } from './commands/shell-word.js';

const { env } = process;

/** `npm start` in a clone. */
const byNpmStart =
  env.npm_lifecycle_event === 'start' &&
  env.npm_package_name === 'opentelemetry-instrumentation-tcp-connections';

/** What a person types before the name of a command. */
export const TYPED = byNpmStart ? 'npm start --' : typed(process.argv[1] ?? '');

/** The command that is running, for root to type, as it was typed. */
export const WITH_SUDO = ['sudo', TYPED, ...process.argv.slice(2).map(shellWord)].join(' ');

function typed(script: string): string {
  if (basename(script) === 'cli.js') return `node ${shellWord(fromHere(script))}`;
  // Beside its own Node stands the launcher of a bundle that was unpacked and not installed as a package.
  const launcher = join(dirname(process.execPath), 'scout-agent');
  return !isOnPath('scout-agent') && existsSync(launcher) ? shellWord(launcher) : 'scout-agent';
}

function isOnPath(name: string): boolean {
  return (env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, name)));
}

/** The shortest name of a file; its whole path where the folder that it would be seen from has been removed. */
function fromHere(file: string): string {
  try {
    const near = relative('', file);
    return near.startsWith('..') ? file : near;
  } catch {
    return file;
  }
}

/**
 * Makes relative paths those of the folder in which `npm start` was typed. npm runs it in the package's folder.
 * @throws {Error} where that folder is gone
 */
export function goToUsersFolder(): void {
  if (byNpmStart && env.INIT_CWD) process.chdir(env.INIT_CWD);
}
