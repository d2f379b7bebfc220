/** The Collector's own judgement of the file that users are given. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { COLLECTOR_CONFIG } from './collector.js';

const run = promisify(execFile);

async function validate(path: string): Promise<void> {
  await run(inject('engines').collector, ['validate', '--config', path]);
}

test('the Collector accepts the file as it is shipped', async () => {
  await validate(COLLECTOR_CONFIG);
});

test('the Collector accepts it with every other backend taken in, and uses them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collector-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'all.yaml');
  const shipped = await readFile(COLLECTOR_CONFIG, 'utf8');
  const uncommented = shipped.replace(/^( +)#(?=\S| {2})/gm, '$1');
  const all = '[otlp_http/prometheus, otlp_http/backend, otlp_grpc/backend, debug]';
  await writeFile(path, uncommented.replace(/(?<=exporters: )\[.*\]/, all));

  await validate(path);
  // Proves that the names above stand in the file: the Collector refuses one that is not defined.
  await writeFile(path, shipped.replace(/(?<=exporters: )\[.*\]/, all));
  await expect(validate(path)).rejects.toThrow('references exporter "otlp_');
});
