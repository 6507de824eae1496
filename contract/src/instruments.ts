/** Metric declarations → live instruments, made on first use and once a process. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Histogram } from './histogram.js';
import type { MetricSpec } from './metrics.js';

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

function once<T>(spec: MetricSpec, make: (shape: Shape) => T): T {
  const known = registry.getSingleMetric(spec.name);
  const { name, help, labels } = spec;
  return (
    (known as T | undefined) ?? make({ name, help, labelNames: labels, registers: [registry] })
  );
}

interface Shape {
  name: string;
  help: string;
  labelNames: readonly string[];
  registers: Registry[];
}

/** One value, or one a value of the first label. */
type Reading = number | Record<string, number>;

const samplesOf = ({ labels: [label] }: MetricSpec, reading: Reading) =>
  typeof reading === 'number'
    ? [{ labels: {}, value: reading }]
    : Object.entries(reading).map(([key, value]) => ({ labels: { [label ?? '']: key }, value }));

export const counterOf = (spec: MetricSpec): Counter => once(spec, (shape) => new Counter(shape));

/**
 * A counter that somebody else keeps: a plain addition where it counts, no labels to hash.
 * @param read called at every scrape; gives the totals since the start
 */
export function readCounterOf(spec: MetricSpec, read: () => Reading): void {
  once(
    spec,
    (shape) =>
      new Counter({
        ...shape,
        collect() {
          this.reset();
          for (const { labels, value } of samplesOf(spec, read())) this.inc(labels, value);
        },
      }),
  );
}

const histograms = new Map<MetricSpec, Histogram>();

export function histogramOf(spec: MetricSpec): Histogram {
  let histogram = histograms.get(spec);
  if (!histogram) {
    histogram = new Histogram(spec);
    histograms.set(spec, histogram);
    // Whatever has a name and get() is a metric to the registry; its types know only prom-client's own.
    registry.registerMetric(histogram as never);
  }
  return histogram;
}

/** @param read called at every scrape; null when it cannot be read */
export function gaugeOf(
  spec: MetricSpec,
  read: () => Reading | null | Promise<Reading | null>,
): void {
  once(
    spec,
    (shape) =>
      new Gauge({
        ...shape,
        async collect() {
          const value = await read();
          // A value that cannot be read must be absent, neither stale nor 0: who waits for an empty
          // backlog would take the 0 for it. reset() alone puts a 0 where there are no labels.
          this.reset();
          if (spec.labels.length === 0) this.remove();
          if (value === null) return;
          for (const sample of samplesOf(spec, value)) this.set(sample.labels, sample.value);
        },
      }),
  );
}

/** Awaits a call to a store and observes how long it took, however it ended. */
export async function timed<T>(spec: MetricSpec, operation: string, call: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await call;
  } finally {
    histogramOf(spec)
      .of(operation)
      .observe((performance.now() - startedAt) / 1_000);
  }
}
