import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The manifests for Kubernetes. */
export default defineConfig({
  test: {
    include: ['test/container/**/*.test.ts'],
    reporters: reporters('container'),
    globalSetup: 'test/container/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
