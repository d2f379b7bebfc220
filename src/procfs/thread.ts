/**
 * Runs CommonJS text in a thread of its own, which ends with it, and resolves with the value that it gives to
 * `parentPort.postMessage`. It is for readings that take many system calls: they cost the main loop 1 ms, however many
 * there are, and 30 ms of CPU time for the thread. It is text because a second file gets lost where an application is
 * bundled.
 */
export async function inThread<T>(text: string, workerData?: unknown): Promise<T> {
  // Loading it takes 10 ms and memory, which who doesn't ask for this need not spend.
  const { Worker } = await import('node:worker_threads');
  return new Promise<T>((resolve, reject) => {
    new Worker(text, {
      eval: true,
      workerData,
      // What the application loads first, by --import or NODE_OPTIONS, would be loaded here as well.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    })
      .once('message', resolve)
      .once('error', reject);
  });
}
