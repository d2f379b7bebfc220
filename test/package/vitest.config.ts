import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The bundles for servers without Node, on such servers. Makes both first. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    reporters: reporters('package'),
    globalSetup: 'test/package/setup.ts',
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
