import { WITH_SUDO } from '../started.js';

/**
 * For what writes to the system's own folders.
 * @throws {Error} with what to type, where this is not root
 */
export function needRoot(command: 'install' | 'uninstall'): void {
  if (process.geteuid?.() === 0) return;
  throw new Error(`${command} writes to the system's folders and needs root: ${WITH_SUDO}`);
}
