import { defineConfig } from 'vitest/config';
import { reporters } from './test/support/reporters.js';

/** `npm test`: all that needs neither root nor engines. The other sets have a configuration in their own folder. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'agent/test/**/*.test.ts'],
    exclude: [
      'test/stack/**',
      'test/differential/**',
      'test/rules/**',
      'test/matrix/**',
      'test/package/**',
      'test/container/**',
      'test/browser/**',
      'agent/test/long/**',
      '**/node_modules/**',
    ],
    reporters: reporters(process.env.FUZZ_RUNS ? 'fuzz' : 'unit'),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
