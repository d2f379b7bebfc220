import { shellWord } from '../commands/shell-word.js';
import { TYPED } from '../started.js';

/**
 * For what writes to the system's own folders.
 * @throws {Error} with what to type, where this is not root
 */
export function needRoot(command: 'install' | 'uninstall'): void {
  if (process.geteuid?.() === 0) return;
  const asTyped = process.argv.slice(2).map(shellWord).join(' ');
  throw new Error(`${command} writes to the system's folders and needs root: sudo ${TYPED} ${asTyped}`);
}
