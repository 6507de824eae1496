import { Histogram } from '@hotpath/contract/histogram';
import type { MetricSpec } from '@hotpath/contract/metrics';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';

const spec: MetricSpec = {
  kind: 'histogram',
  owner: 'process',
  name: 'test_seconds',
  unit: 'seconds',
  labels: ['phase'],
  buckets: [0.1, 1],
  help: 'for a test',
};

/** The page of a registry of prom-client that holds the histogram alone. */
function pageOf(histogram: Histogram): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(histogram as never);
  return registry.metrics();
}

test('observations are in the first bucket whose bound they do not exceed, and in all after it', async () => {
  const histogram = new Histogram(spec);
  const wait = histogram.of('wait');
  for (const seconds of [0, 0.1, 0.25, 1, 1.5]) wait.observe(seconds);
  expect(await pageOf(histogram)).toBe(
    [
      '# HELP test_seconds for a test',
      '# TYPE test_seconds histogram',
      'test_seconds_bucket{le="0.1",phase="wait"} 2',
      'test_seconds_bucket{le="1",phase="wait"} 4',
      'test_seconds_bucket{le="+Inf",phase="wait"} 5',
      'test_seconds_sum{phase="wait"} 2.85',
      'test_seconds_count{phase="wait"} 5',
      '',
    ].join('\n'),
  );
});

test('a label value is exported at 0 once it is asked for, and keeps its own counts', async () => {
  const histogram = new Histogram(spec);
  histogram.of('store');
  histogram.of('wait').observe(2);
  histogram.of('wait').observe(2);
  const page = await pageOf(histogram);
  expect(page).toContain('test_seconds_count{phase="store"} 0\n');
  expect(page).toContain('test_seconds_sum{phase="wait"} 4\n');
});

test('without a label it is there from the start', async () => {
  const histogram = new Histogram({ ...spec, labels: [] });
  expect(await pageOf(histogram)).toContain('test_seconds_bucket{le="0.1"} 0\n');
  histogram.observe(0.05);
  expect(await pageOf(histogram)).toContain('test_seconds_bucket{le="0.1"} 1\n');
});
