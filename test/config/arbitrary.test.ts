import { test } from 'vitest';
import { readAgentConfig } from '../../src/config/index.js';
import { checkAnyFile } from './any-file.js';

test('whatever a file holds, it is accepted or every mistake has its place in it', async () => {
  await checkAnyFile(readAgentConfig, 1500);
});
