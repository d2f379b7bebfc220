import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The dashboard in a browser. Writes a month of history first, which takes a minute. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    reporters: reporters('browser'),
    globalSetup: 'test/browser/setup.ts',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
