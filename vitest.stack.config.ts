import { defineConfig } from 'vitest/config';

/** Tests against the real engines. The first run builds these, which takes minutes. */
export default defineConfig({
  test: {
    include: ['test/stack/**/*.test.ts'],
    globalSetup: 'test/stack/engines/build.ts',
    // Each file runs several engines, on machines of two cores.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
