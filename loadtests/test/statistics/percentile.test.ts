import { intendedPercentile, percentile } from '@hotpath/loadtests/statistics/percentile';
import { expect, test } from 'vitest';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

test('a percentile is the smallest value with at least that share at or below it', () => {
  const of = (sorted: number[], share: number) => percentile(sorted, share);
  expect([0.01, 0.05, 0.5, 0.501, 0.95, 0.99, 1].map((share) => of(hundred, share))).toEqual([
    1, 5, 50, 51, 95, 99, 100,
  ]);
  // The example of the definition: five values, P5, P30, P40, P50, P100.
  const five = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => of(five, share))).toEqual([15, 20, 20, 35, 50]);
  expect(of([7], 0.5)).toBe(7);
  expect(of([], 0.5)).toBeNull();
});

test('rounding of the share does not move the rank', () => {
  for (let percent = 1; percent <= 100; percent++) {
    expect(percentile(hundred, percent / 100)).toBe(percent);
  }
});

test('it agrees with counting, on samples of every small size', () => {
  for (let size = 1; size <= 40; size++) {
    const sorted = Array.from({ length: size }, (_, index) => (index * index) / 3);
    for (const share of [0.1, 0.25, 0.5, 0.9, 0.95, 0.99]) {
      const counted = sorted.find(
        (value) => sorted.filter((other) => other <= value).length / size >= share - 1e-12,
      );
      expect(percentile(sorted, share)).toBe(counted);
    }
  }
});

test('dropped and failed arrivals push the percentile of the intended upwards', () => {
  expect(intendedPercentile(hundred, 0, 0.95)).toBe(95);
  // 105 intended, rank ceil(99.75) = 100: the slowest of the answered.
  expect(intendedPercentile(hundred, 5, 0.95)).toBe(100);
  expect(intendedPercentile(hundred, 2, 0.5)).toBe(51);
});

test('over 5 % missing, or a rank among the missing, is no number', () => {
  const answered = Array.from({ length: 95 }, () => 3);
  expect(intendedPercentile(answered, 5, 0.95)).toBe(3);
  expect(intendedPercentile(answered, 6, 0.5)).toBe('> timeout');
  expect(intendedPercentile(answered, 5, 0.99)).toBe('> timeout');
  expect(intendedPercentile([], 1, 0.95)).toBe('> timeout');
  expect(intendedPercentile([], 0, 0.95)).toBeNull();
});

test('nonsense is refused', () => {
  for (const share of [0, -1, 1.01, Number.NaN])
    expect(() => percentile([1], share)).toThrow(RangeError);
  for (const missing of [-1, 0.5, Number.NaN])
    expect(() => intendedPercentile([1], missing, 0.5)).toThrow(RangeError);
});
