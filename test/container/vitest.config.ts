import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The image, and the manifests for Kubernetes. Builds the image first, which takes minutes. */
export default defineConfig({
  test: {
    include: ['test/container/**/*.test.ts'],
    reporters: reporters('container'),
    globalSetup: 'test/container/setup.ts',
    // They share podman's records of what runs.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
