import { defineConfig } from 'vitest/config';
import { reporters } from '../../../test/support/reporters.js';

/** Runs that take minutes. */
export default defineConfig({
  test: {
    include: ['agent/test/long/**/*.test.ts'],
    reporters: reporters('long'),
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
