import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished } from 'vitest';
import type { Namespace } from '../support/namespace.js';
import { getOk } from './http.js';
import { NODE_EXPORTER_PORT } from './ports.js';
import { start } from './process.js';

const SCRAPE = fileURLToPath(new URL('inside/scrape.mjs', import.meta.url));

/** What one scrape gives, by the series as it is written: `name{label="value"}`. */
export type Scraped = ReadonlyMap<string, number>;

/** Runs so many node_exporters inside the namespace; each answer is the scrape of the one that is asked. */
export async function startNodeExporters(
  namespace: Namespace,
  count = 1,
): Promise<(exporter?: number) => Promise<Scraped>> {
  const bases = Array.from({ length: count }, (_, i) => `http://127.0.0.1:${NODE_EXPORTER_PORT + i}`);
  for (const base of bases) {
    start(namespace, inject('engines').node_exporter, [
      '--collector.disable-defaults',
      ...['cpu', 'netdev', 'netstat', 'tcpstat'].map((name) => `--collector.${name}`),
      '--collector.netstat.fields=^TcpExt_',
      `--web.listen-address=${new URL(base).host}`,
    ]);
    // Its front page, which reads no table.
    await expect.poll(() => getOk(namespace, base), { timeout: 60_000, interval: 200 }).toBe(true);
  }

  const scraper = namespace.spawn(process.execPath, [SCRAPE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = scraper;
  if (!stdin || !stdout) throw new Error('the scraper needs its pipes');
  const closed = once(scraper, 'close');
  onTestFinished(async () => {
    stdin.end();
    await closed;
  });
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  return async (exporter = 0) => {
    stdin.write(`${bases[exporter]}/metrics\n`);
    return parse(JSON.parse((await lines.next()).value));
  };
}

/** The text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
function parse(text: string): Scraped {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
