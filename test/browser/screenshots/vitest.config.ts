import { defineConfig } from 'vitest/config';

/** `npm run screenshots`: draws the dashboard's pictures under docs/ again. Takes some minutes. */
export default defineConfig({
  test: {
    include: ['test/browser/screenshots/screenshots.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
