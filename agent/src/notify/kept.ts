/** What is to be told, and what was: a file beside the history. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { log } from '../log.js';
import { laneSchema } from './lane.js';
import { stageSchema } from './stage.js';

const VERSION = 1;

const keptSchema = z.object({
  version: z.literal(VERSION),
  channels: z.record(z.string(), z.object({ stage: stageSchema, lane: laneSchema })),
});
export type Kept = Readonly<z.infer<typeof keptSchema>>;

export function keptOf(channels: Kept['channels']): Kept {
  return { version: VERSION, channels };
}

export function keptFile(directory: string): string {
  return join(directory, 'notify.json');
}

/** A file that can't be understood is set aside, with a line in the log. */
export async function readKept(directory: string): Promise<Kept['channels']> {
  const file = keptFile(directory);
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8'))).channels;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    if (code !== undefined) {
      log.warn(`what was told of alerts is not known: ${message}; what fires is told anew`);
      return {};
    }
    const aside = `${file}.unreadable`;
    await rename(file, aside).catch(() => {});
    log.warn(`${file} can not be understood: it is set aside as ${aside}, and what fires is told anew`);
    return {};
  }
}
