/**
 * Times one function of the hot path. The files that call it are tests: in a test run they go through a few
 * rounds, so that they can't rot; `./hotpath bench micro` runs the same code for as long as figures need.
 */
import { Bench } from 'tinybench';
import { expect, inject, test } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How thoroughly benchmarks run: vitest.config.ts says. */
    benchmarks: 'smoke' | 'full';
  }
}

const lengths = {
  smoke: { time: 0, iterations: 3, warmupTime: 0, warmupIterations: 1 },
  full: { time: 2_000, iterations: 20, warmupTime: 500, warmupIterations: 5 },
};
const testMsMax = 60_000;

export interface Benchmark<T extends string | number> {
  /** What one round handles, to give figures for each. */
  readonly per: { readonly count: number; readonly unit: 'event' | 'row' | 'request' | 'scrape' };
  /** Before every round, not timed. */
  readonly before?: () => Promise<void>;
  /** One round. Gives a checksum of its work: nothing of it can be left out, and all of it was right. */
  readonly round: () => T | Promise<T>;
  readonly checksum: T;
  /** Server time so far, in µs, for what `round` asks of a store. */
  readonly storeMicroseconds?: () => Promise<number>;
  /** Told how many rounds there were. */
  readonly after?: (rounds: number) => void | Promise<void>;
}

export function benchmark<T extends string | number>(name: string, it: Benchmark<T>): void {
  test(
    name,
    async () => {
      const how = inject('benchmarks');
      const checksums = new Set<T>();
      let rounds = 0;
      const bench = new Bench({ ...lengths[how], throws: true });
      bench.add(
        name,
        async () => {
          checksums.add(await it.round());
          rounds += 1;
        },
        it.before ? { beforeEach: it.before } : {},
      );
      const before = await it.storeMicroseconds?.();
      if (how === 'full') await bench.warmup(); // run() leaves it out
      await bench.run();
      const after = await it.storeMicroseconds?.();
      expect([...checksums]).toEqual([it.checksum]);
      await it.after?.(rounds);
      const { mean = 0, rme = 0, samples = [] } = bench.tasks[0]?.result ?? {};
      expect(samples.length).toBeGreaterThan(0);
      const store = before === undefined ? null : ((after ?? 0) - before) / rounds;
      if (how === 'full') console.log(lineOf(name, it.per, { mean, rme, samples, store }));
    },
    testMsMax,
  );
}

interface Figures {
  /** ms a round. */
  readonly mean: number;
  /** Half the 95 % interval of the mean, %. */
  readonly rme: number;
  /** ms, ascending. */
  readonly samples: readonly number[];
  /** µs of the store a round. */
  readonly store: number | null;
}

function lineOf(name: string, { count, unit }: Benchmark<number>['per'], figures: Figures): string {
  const { mean, rme, samples, store } = figures;
  const median = samples[Math.floor(samples.length / 2)] ?? 0;
  const micros = (ms: number) => ((ms * 1_000) / count).toPrecision(3);
  return [
    name.padEnd(34),
    `${Math.round((count * 1_000) / mean).toLocaleString('en-US')} ${unit}s/s`.padStart(20),
    `${micros(mean)} µs/${unit} ± ${rme.toFixed(1)} %, median ${micros(median)}`,
    ...(store === null ? [] : [`Redis ${(store / count).toPrecision(3)} µs/${unit}`]),
    `n ${samples.length}`,
  ].join('  ');
}
