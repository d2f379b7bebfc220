import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The packed packages on every Node, SDK and npm that they are for. Installs all of these first. */
export default defineConfig({
  test: {
    include: ['test/matrix/**/*.test.ts'],
    reporters: reporters('matrix'),
    globalSetup: 'test/matrix/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
