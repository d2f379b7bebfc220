import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** What the agent judges by itself against Prometheus with the rules that the agent writes. */
export default defineConfig({
  test: {
    include: ['test/differential/**/*.test.ts', 'test/rules/**/*.test.ts'],
    reporters: reporters('differential'),
    globalSetup: 'test/differential/engines.ts',
    fileParallelism: false,
    // Each is a process of Prometheus's rules that takes a core for minutes.
    maxConcurrency: 2,
    testTimeout: 1_800_000,
  },
});
