import {
  bucketBounds,
  type Histogram,
  histogramOf,
  histogramPercentile,
  mergedHistogram,
} from '@hotpath/loadtests/statistics/histogram';
import { percentile } from '@hotpath/loadtests/statistics/percentile';
import { expect, test } from 'vitest';

/** Spread over six decades, from 1 µs on. */
const durations = Array.from(
  { length: 5_000 },
  (_, index) => 0.001 * 10 ** (6 * ((index * 0.618_034) % 1)),
);

test('every duration lies in the bucket that it is counted in, and buckets are narrow', () => {
  for (const ms of [0, 0.000_4, 0.001, 0.063, 0.064, 0.127, 0.128, 1, ...durations]) {
    const [[bucket]] = histogramOf([ms]) as unknown as [[number, number]];
    const [fromMs, toMs] = bucketBounds(bucket);
    expect(ms).toBeGreaterThanOrEqual(fromMs);
    expect(ms).toBeLessThan(toMs);
    expect(toMs - fromMs).toBeLessThanOrEqual(Math.max(0.001, fromMs / 64) * 1.000_001);
  }
});

test('buckets meet without gap or overlap', () => {
  for (let bucket = 0; bucket < 1_600; bucket++) {
    const [fromMs, toMs] = bucketBounds(bucket);
    expect(toMs).toBe(bucketBounds(bucket + 1)[0]);
    expect(histogramOf([fromMs])).toEqual([[bucket, 1]]);
  }
});

test('merging two runs is the same as counting them together', () => {
  const [early, late] = [durations.slice(0, 2_000), durations.slice(2_000)];
  const merged = mergedHistogram([histogramOf(early), histogramOf(late)]);
  expect(merged).toEqual(histogramOf(durations));
  expect(mergedHistogram([JSON.parse(JSON.stringify(merged)) as Histogram])).toEqual(merged);
});

test('its percentiles are at most 1.6 % above the exact ones, and never below', () => {
  const histogram = histogramOf(durations);
  const sorted = durations.toSorted((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.95, 0.99, 0.999, 1]) {
    const exact = percentile(sorted, share) as number;
    const found = histogramPercentile(histogram, share) as number;
    expect(found).toBeGreaterThan(exact);
    expect(found - exact).toBeLessThanOrEqual(Math.max(0.001, exact / 64) * 1.000_001);
  }
  expect(histogramPercentile([], 0.5)).toBeNull();
});

test('what lasts longer than an hour is in the last bucket, and what is no duration is refused', () => {
  expect(histogramOf([1e7])).toEqual(histogramOf([1e9]));
  for (const ms of [-1, Number.NaN]) expect(() => histogramOf([ms])).toThrow(RangeError);
});
