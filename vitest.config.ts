import { defineConfig } from 'vitest/config';

/** Files that time something. `vitest run --mode alone` runs them, one after another and nothing else. */
const alone = '**/*.alone.test.ts';

/** Benchmarks: small in every test run. `vitest run --mode bench` runs nothing else, and in full. */
const benchmarks = '*/bench/**/*.bench.ts';
const tests = ['*.test.ts', '*/test/**/*.test.ts', benchmarks];
const included: Record<string, string[]> = { alone: [alone], bench: [benchmarks] };

export default defineConfig(({ mode }) => ({
  test: {
    include: included[mode] ?? tests,
    exclude: ['**/node_modules/**', '**/dist/**', ...(mode === 'alone' ? [] : [alone])],
    globalSetup: 'loadtests/test/global-setup.ts',
    // Tests talk to processes that were built, so a worker is mostly waiting: two of them keep two
    // cores busy, and more would only make time limits on real servers tell lies.
    maxWorkers: mode in included ? 1 : 2,
    provide: { benchmarks: mode === 'bench' ? 'full' : 'smoke' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
