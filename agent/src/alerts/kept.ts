/** What of the alerts outlives the process: a small file beside the history. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { log } from '../log.js';
import { replaceFile } from '../replace-file.js';
import { SEVERITIES } from './alert.js';
import type { Alert } from './engine.js';
import type { AlertEvent } from './event.js';

export interface Kept {
  /** Of the last evaluation that changed something: milliseconds since 1970. */
  readonly time: number;
  readonly alerts: Readonly<Record<string, Alert>>;
  readonly events: readonly AlertEvent[];
  /** Nobody is told of anything before then. */
  readonly silencedUntil: number | undefined;
}

export const NOTHING_KEPT: Kept = { time: 0, alerts: {}, events: [], silencedUntil: undefined };

const VERSION = 1;
const NAME = 'alerts.json';

const text = z.object({
  version: z.literal(VERSION),
  time: z.number(),
  alerts: z.record(
    z.string(),
    z.object({
      phase: z.enum(['pending', 'firing']),
      since: z.number(),
      firingSince: z.number().optional(),
    }),
  ),
  events: z.array(
    z.looseObject({
      id: z.string(),
      rule: z.string(),
      severity: z.enum(SEVERITIES),
      since: z.number(),
      firedAt: z.number(),
      resolvedAt: z.number().optional(),
      explanation: z.looseObject({
        seen: z.string(),
        means: z.array(z.string()),
        next: z.array(z.string()),
      }),
    }),
  ),
  silencedUntil: z.number().optional(),
});

export function keptFile(directory: string): string {
  return join(directory, NAME);
}

/** A file that can't be understood is set aside, with a line in the log. */
export async function readKept(directory: string): Promise<Kept> {
  const file = keptFile(directory);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      log.warn(`what the alerts were is not known: ${message}; they begin anew`);
    return NOTHING_KEPT;
  }
  try {
    return text.parse(JSON.parse(content)) as unknown as Kept;
  } catch {
    const aside = `${file}.unreadable`;
    await rename(file, aside).catch(() => {});
    log.warn(`${file} can not be understood: it is set aside as ${aside}, and the alerts begin anew`);
    return NOTHING_KEPT;
  }
}

/** Writes one after another; what comes while one is written replaces what waits. */
export class KeptWriter {
  readonly #file: string;
  #next: Kept | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  constructor(directory: string) {
    this.#file = keptFile(directory);
  }

  write(kept: Kept): void {
    this.#next = kept;
    this.#writing ??= this.#go();
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  async #go(): Promise<void> {
    for (let kept = this.#next; kept !== undefined; kept = this.#next) {
      this.#next = undefined;
      try {
        await replaceFile(this.#file, JSON.stringify({ version: VERSION, ...kept }));
        this.#failed = false;
      } catch (error) {
        if (!this.#failed)
          log.warn(
            `${this.#file} can not be written: ${(error as Error).message}; alerts go on, and a restart forgets what fires`,
          );
        this.#failed = true;
      }
    }
    this.#writing = undefined;
  }
}
