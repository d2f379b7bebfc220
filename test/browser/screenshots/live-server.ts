/** A generated server that goes on: the tables of a running one, whose counts are those with which its history ends. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import { type ProcFolder, procFolder } from '../../../agent/test/support/proc-folder.js';
import type { Test } from '../../../agent/test/support/scout-agent.js';
import { writeNetDev } from '../../support/net-dev.js';

const TICK_MILLIS = 500;

export interface LiveServer extends ProcFolder {
  /** Has so many times the connections, which send and receive no more than before. */
  crowd(factor: number): Promise<void>;
}

/** @param directory of the history */
export async function liveServer(t: Test, directory: string): Promise<LiveServer> {
  const last = lastValues(directory);
  const proc = await procFolder(t, { tcp: last('ipv4'), tcp6: last('ipv6') });
  const begin = Date.now();
  const [busy, received, sent] = [last('utilization'), last('io receive'), last('io transmit')];
  const tick = async () => {
    const seconds = (Date.now() - begin) / 1_000;
    const jiffies = [100 * busy * seconds, 100 * (1 - busy) * seconds].map(Math.round);
    await writeFile(join(proc.path, 'stat'), `cpu  ${jiffies[0]} 0 0 ${jiffies[1]} 0 0 0 0 0 0\n`);
    await writeNetDev(proc.path, {
      eth9: [Math.round(received * seconds), 0, Math.round(sent * seconds), 0],
    });
  };
  await tick();
  const end = new AbortController();
  const ticking = (async () => {
    while (!end.signal.aborted) {
      await tick();
      await setTimeout(TICK_MILLIS);
    }
  })();
  t.onTestFinished(async () => {
    end.abort();
    await ticking;
  });
  return {
    ...proc,
    crowd: async (factor) => {
      await proc.write('tcp', Math.round(factor * last('ipv4')));
    },
  };
}

/** @returns a function that gives the last value of the one series whose name and attributes end so */
function lastValues(directory: string): (end: string) => number {
  const database = new Database(join(directory, 'history.db'));
  const rows = database
    .prepare(
      'SELECT name, attributes, value FROM raw JOIN series ON series = id WHERE time = (SELECT max(time) FROM raw)',
    )
    .raw()
    .all() as [string, string, number][];
  database.close();
  return (end) => {
    const found = rows.filter(([name, attributes]) =>
      [name, ...Object.values(JSON.parse(attributes))].join(' ').endsWith(end),
    );
    if (found.length !== 1) throw new Error(`${found.length} series end with ${end}`);
    return (found[0] as [string, string, number])[2];
  };
}
