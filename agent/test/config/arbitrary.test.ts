import { test } from 'vitest';
import { checkAnyFile } from '../../../test/config/any-file.js';
import { formatConfig, loadConfig } from '../../src/config/index.js';

test('whatever a file holds, it is accepted and can be printed, or every mistake has its place in it', async () => {
  await checkAnyFile(async (path) => formatConfig(await loadConfig({ path, env: {} })), 1500);
});
