/** The ways to count that are measured, each inside the namespace and on /proc/self/net, so on the same path. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../test/support/namespace.js';
import type { Sample } from './sample.js';
import type { Way } from './warm-process.js';

export interface Contender {
  readonly name: string;
  /** Counts so many times in a row; gives the mean. */
  sample(times: number): Promise<Sample>;
  close(): Promise<void>;
}

export async function openContenders(namespace: Namespace): Promise<Contender[]> {
  return [
    command(namespace, 'cat to /dev/null', 'cat /proc/self/net/tcp /proc/self/net/tcp6'),
    command(namespace, 'ss -Htn state established', 'ss -Htn state established'),
    await warmProcess(namespace, 'fs.readFile + split', 'readFile'),
    await warmProcess(namespace, 'with tcp_port_utilization', 'portUtilization'),
    await warmProcess(namespace, 'with all other metrics', 'allMetrics'),
    await warmProcess(namespace, 'readTcpTable', 'readTcpTable'),
  ];
}

/**
 * Timed by bash from the inside, so that what it takes to enter the namespace is left out. `time` has a resolution of
 * 1 ms and takes its CPU time from the kernel's own account of the children.
 */
function command(namespace: Namespace, name: string, line: string): Contender {
  return {
    name,
    async sample(times) {
      const script = `LC_ALL=C TIMEFORMAT='%3R %3U %3S'; time for ((i = 0; i < ${times}; i++)); do ${line}; done > /dev/null`;
      const { stderr } = await namespace.run('bash', ['-c', script]);
      const [wall, user, system] = stderr.trim().split(' ').map(Number);
      if (wall === undefined || user === undefined || system === undefined)
        throw new Error(`${line}: ${stderr}`);
      return { wall: (wall * 1_000) / times, cpu: ((user + system) * 1_000) / times };
    },
    async close() {},
  };
}

/** A Node process that has counted before, as an application's has at every cycle but its first. */
async function warmProcess(namespace: Namespace, name: string, way: Way): Promise<Contender> {
  const script = fileURLToPath(new URL('warm-process.js', import.meta.url));
  const child = namespace.spawn(process.execPath, [script, way], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the child needs its pipes');
  const answers = createInterface(stdout)[Symbol.asyncIterator]();
  const established = namespace.expected.tcp.established + namespace.expected.tcp6.established;

  return {
    name,
    async sample(times) {
      stdin.write(`${times}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`${name} ended`);
      const { sample, counted } = JSON.parse(answer.value);
      if (counted !== established)
        throw new Error(`${name} counted ${counted} of ${established} connections`);
      return sample;
    },
    async close() {
      const closed = once(child, 'close');
      stdin.end();
      await closed;
    },
  };
}
