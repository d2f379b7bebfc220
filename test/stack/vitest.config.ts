import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** Tests against the real engines. The first run builds these, which takes minutes. */
export default defineConfig({
  test: {
    include: ['test/stack/**/*.test.ts'],
    reporters: reporters('stack'),
    globalSetup: 'test/stack/engines/build.ts',
    // Each file runs several engines, on machines of two cores.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
