import { defineConfig } from 'vitest/config';
import { reporters } from '../support/reporters.js';

/** The packed packages on every Node, SDK and npm that they are for. Installs all of these first. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: './setup.ts',
    reporters: reporters('matrix'),
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
