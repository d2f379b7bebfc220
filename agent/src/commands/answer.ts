import { printable } from '../log.js';

/**
 * Writes what a command answers to standard output.
 * A reader that has seen enough, as in `scout-agent once | head -1`, is no failure.
 * @returns whether it is still being read
 * @throws {Error} where it can't be written, a full disk for example
 */
export async function answer(text: string): Promise<boolean> {
  const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    process.stdout.write(printable(text), resolve);
  });
  if (error && error.code !== 'EPIPE')
    throw new Error(`can't write the answer: ${error.message}`, { cause: error });
  return !error;
}
