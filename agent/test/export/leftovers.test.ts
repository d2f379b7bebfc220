/** What a stopped agent leaves behind in a process that goes on. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { procFolder } from '../support/proc-folder.js';
import { startReceiver } from '../support/receiver.js';
import { configFile, scratchFolder } from '../support/scout-agent.js';

const module = (path: string) => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);

test('no timer', async (t) => {
  const { path: proc } = await procFolder(t, { tcp: 1 });
  const receiver = await startReceiver(t);
  const state = await scratchFolder(t);
  const file = await configFile(
    t,
    `proc: ${proc}\nhistory: {directory: ${state}}\notlp: {endpoint: "${receiver.endpoint}"}`,
  );
  const script = `
    import { startAgent } from ${module('agent.js')};
    import { loadConfig } from ${module('config/load.js')};
    const agent = await startAgent(await loadConfig({ path: ${JSON.stringify(file)}, env: {} }));
    await agent.stop();
    console.log(JSON.stringify(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual([]);
  await receiver.untilTaken(1);
});
