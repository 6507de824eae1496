import { defineConfig } from 'vitest/config';

/** Files that time something. `vitest run --mode alone` runs them, one after another and nothing else. */
const alone = '**/*.alone.test.ts';

export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'alone' ? [alone] : ['*.test.ts', '*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(mode === 'alone' ? [] : [alone])],
    globalSetup: 'loadtests/test/global-setup.ts',
    // Tests talk to processes that were built, so a worker is mostly waiting: two of them keep two
    // cores busy, and more would only make time limits on real servers tell lies.
    maxWorkers: mode === 'alone' ? 1 : 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
