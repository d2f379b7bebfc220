/**
 * The program around a judge: it generates server-months, has them judged on all CPUs but one, at a low priority, and
 * prints the table as Markdown. docs/ALERTS-BENCH.md holds what it printed.
 *
 * --seeds training|quoted  parameters are chosen on the first, figures are quoted from the second (the default)
 * --months N               server-months of each class (400)
 * --class TEXT             only classes whose name contains it; may be given more than once
 * --workers N              threads that judge (one fewer than CPUs)
 * --check                  exits 1 with what missed its target
 */
import { availableParallelism, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { CLASSES, type MonthClass, nameOf, serverMonth } from './classes.js';
import { type Costs, CYCLES_OF_COST, costTable } from './cost.js';
import { type Judged, missedTargets, report } from './report.js';
import { type Judge, type Outcome, score } from './score.js';
import { SEED_SETS, type SeedSet } from './server-month.js';

/** As `nice -n 10`: the machine may be somebody else's as well. */
const LOW_PRIORITY = 10;

interface Task {
  readonly classIndex: number;
  readonly seeds: SeedSet;
  readonly number: number;
}

/**
 * Has the months of all classes judged, in worker threads that run the program `entry` (its `import.meta.url`) again: a
 * function can't be sent to them. Gives the exit code.
 */
export async function benchAlerts(
  judge: Judge,
  entry: string,
  args: readonly string[],
  cost?: (cycles: number) => Costs,
): Promise<number> {
  if (!isMainThread) {
    parentPort?.on('message', (task: Task) => parentPort?.postMessage(scoreOf(judge, task)));
    return 0;
  }
  const { seeds, months, classes, workers, isChecked } = options(args);
  setPriority(LOW_PRIORITY);
  const costs = cost === undefined ? '' : costTable(cost(CYCLES_OF_COST));
  const judged = await judgeAll(entry, classes, seeds, months, workers);
  const missed = missedTargets(judged);
  const text = `${months} server-months a class, seeds: ${seeds}\n\n${report(judged)}\n${costs}`;
  console.log(`${heading(args)}\n${text}${missedList(missed)}`);
  for (const target of missed) console.error(`missed: ${target}`);
  return isChecked && missed.length > 0 ? 1 : 0;
}

function heading(args: readonly string[]): string {
  const command = ['npm run bench:alerts', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  return `## \`${command}\`
`;
}

function missedList(missed: readonly string[]): string {
  if (missed.length === 0) return '';
  return `\nTargets that are missed:\n\n${missed.map((target) => `- ${target}`).join('\n')}\n`;
}

function scoreOf(judge: Judge, { classIndex, seeds, number }: Task): Outcome {
  return score(judge, serverMonth(CLASSES[classIndex] as MonthClass, seeds, number));
}

function options(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: 'quoted' },
      months: { type: 'string', default: '400' },
      class: { type: 'string', multiple: true, default: [''] },
      workers: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
      check: { type: 'boolean', default: false },
    },
  });
  const seeds = SEED_SETS.find((name) => name === values.seeds);
  if (!seeds) throw new Error(`--seeds ${values.seeds}: ${SEED_SETS.join(' or ')} is meant`);
  const months = Number(values.months);
  if (!Number.isInteger(months) || months < 1)
    throw new Error(`--months ${values.months}: at least 1 is needed`);
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1)
    throw new Error(`--workers ${values.workers}: at least 1 is needed`);
  const classes = CLASSES.filter((one) => values.class.some((text) => nameOf(one).includes(text)));
  if (classes.length === 0) {
    throw new Error(
      `--class ${values.class.join(', ')}: no class is called so; there are\n${CLASSES.map(nameOf).join('\n')}`,
    );
  }
  return { seeds, months, classes, workers, isChecked: values.check };
}

async function judgeAll(
  entry: string,
  classes: readonly MonthClass[],
  seeds: SeedSet,
  months: number,
  threads: number,
): Promise<Judged[]> {
  const judged = classes.map((of) => ({ of, outcomes: new Array<Outcome>(months) }));
  const tasks = judged.flatMap(({ of, outcomes }) =>
    Array.from({ length: months }, (_, number) => ({
      task: { classIndex: CLASSES.indexOf(of), seeds, number },
      outcomes,
    })),
  );
  const workers = Array.from({ length: threads }, () => new Worker(fileURLToPath(entry)));
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = tasks.shift(); next; next = tasks.shift()) {
          next.outcomes[next.task.number] = await answer(worker, next.task);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return judged;
}

function answer(worker: Worker, task: Task): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      worker.off('message', onMessage).off('error', onError);
      then();
    };
    const onMessage = (outcome: Outcome) => settle(() => resolve(outcome));
    const onError = (error: Error) => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError).postMessage(task);
  });
}
