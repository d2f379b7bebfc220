/** What of the alerts outlives the process: a small file beside the history. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LatestWriter } from '../latest-writer.js';
import { log } from '../log.js';
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
  readonly #writer: LatestWriter;

  constructor(directory: string) {
    this.#writer = new LatestWriter(keptFile(directory), 'alerts go on, and a restart forgets what fires');
  }

  write(kept: Kept): void {
    this.#writer.write({ version: VERSION, ...kept });
  }

  settled(): Promise<void> {
    return this.#writer.settled();
  }
}
