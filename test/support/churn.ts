/** Processes inside a namespace that open and close connections all the time. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Churned } from './churner.js';
import { compiled } from './compiled.js';
import type { Namespace } from './namespace.js';

export interface Churn {
  /** Connections of all processes, as each of them answers after it was asked. */
  ask(): Promise<Churned>;
  stop(): Promise<void>;
}

const FIRST_PORT = 1_900;

/** Starts so many processes, which together open and close about so many connections a second. */
export async function startChurn(namespace: Namespace, processes: number, perSecond: number): Promise<Churn> {
  const churners = Array.from({ length: processes }, (_, i) => {
    const args = [compiled('churner.js'), String(FIRST_PORT + i), String(perSecond / processes)];
    const child = namespace.spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!child.stdin || !child.stdout) throw new Error('a churner needs its pipes');
    return { child, stdin: child.stdin, answers: createInterface(child.stdout)[Symbol.asyncIterator]() };
  });
  for (const { answers } of churners) {
    if ((await answers.next()).value !== 'ready') throw new Error('a churner could not begin');
  }

  return {
    async ask() {
      const total = { begun: 0, ended: 0 };
      await Promise.all(
        churners.map(async ({ stdin, answers }) => {
          stdin.write('\n');
          const churned: Churned = JSON.parse((await answers.next()).value);
          total.begun += churned.begun;
          total.ended += churned.ended;
        }),
      );
      return total;
    },
    async stop() {
      await Promise.all(
        churners.map(async ({ child, stdin }) => {
          const closed = once(child, 'close');
          stdin.end();
          await closed;
        }),
      );
    },
  };
}
