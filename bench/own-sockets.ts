import { fileURLToPath } from 'node:url';
import { openNamespace } from '../test/support/namespace.js';
import type { Result } from './measure.js';
import type { Sample } from './sample.js';

/** Ends of connections, one descriptor each. */
export const OWN_SOCKETS = 10_000;
const ROUNDS = 15;

/** What `process: true` adds to a collection of an application that holds many sockets. */
export async function measureOwnSockets(): Promise<(Sample & Pick<Result, 'name'>)[]> {
  const namespace = await openNamespace();
  try {
    const script = fileURLToPath(new URL('own-sockets-process.js', import.meta.url));
    const { stdout } = await namespace.run(process.execPath, [
      script,
      String(OWN_SOCKETS / 2),
      String(ROUNDS),
    ]);
    const [without, withOwn] = JSON.parse(stdout) as [Sample, Sample];
    return [
      { name: 'process: false', ...without },
      { name: 'process: true', ...withOwn },
    ];
  } finally {
    await namespace.close();
  }
}
