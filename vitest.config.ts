import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts', '*/test/**/*.test.ts'],
    globalSetup: 'loadtests/test/global-setup.ts',
    // Tests talk to processes that were built, so a worker is mostly waiting: two of them keep two
    // cores busy, and more would only make time limits on real servers tell lies.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
