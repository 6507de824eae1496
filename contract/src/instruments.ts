/** Metric declarations → live prom-client instruments, made on first use and once a process. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
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

export const counterOf = (spec: MetricSpec): Counter => once(spec, (shape) => new Counter(shape));

export const histogramOf = (spec: MetricSpec): Histogram =>
  once(spec, (shape) => new Histogram({ ...shape, buckets: [...(spec.buckets ?? [])] }));

/** @param read called at every scrape; gives the value, or one value a label value */
export function gaugeOf(
  spec: MetricSpec,
  read: () => number | Record<string, number> | Promise<number | null> | null,
): void {
  const label = spec.labels[0];
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
          if (!label) this.remove();
          if (typeof value === 'number') this.set(value);
          else if (value && label) {
            for (const [key, v] of Object.entries(value)) this.set({ [label]: key }, v);
          }
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
    histogramOf(spec).observe({ operation }, (performance.now() - startedAt) / 1_000);
  }
}
