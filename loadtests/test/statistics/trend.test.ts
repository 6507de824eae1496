import { randomFrom } from '@hotpath/loadtests/statistics/random';
import { trendOf } from '@hotpath/loadtests/statistics/trend';
import { describe, expect, test } from 'vitest';

describe('the trend of readings', () => {
  test('a leak shows as its slope, in units a second', () => {
    const leak = Array.from({ length: 100 }, (_, i) => 200 + i * 0.5);
    expect(trendOf(leak, 2)?.slopePerSecond).toBeCloseTo(0.25, 9);
  });

  test("a collector's saw-tooth has no slope, and its swing is its height", () => {
    const sawtooth = Array.from({ length: 300 }, (_, i) => 100 + (i % 10) * 2);
    const trend = trendOf(sawtooth, 1);
    expect(trend).toMatchObject({ least: 100, most: 118 });
    expect(trend?.swing).toBeCloseTo(18 / 218, 9);
    expect(Math.abs(trend?.slopePerSecond ?? 1)).toBeLessThan(0.01);
  });

  test('one step down does not hide what grows on both sides of it', () => {
    const readings = Array.from({ length: 200 }, (_, i) => 100 + i * 0.2 - (i >= 100 ? 25 : 0));
    expect(trendOf(readings, 1)?.slopePerSecond).toBeGreaterThan(0.05);
  });

  test('is the median of the slopes between all pairs', () => {
    // 2, 0.5, 1.33, 0.75, -1, 1, 0.33, 3, 1, -1: the middle two are 0.75 and 1.
    expect(trendOf([1, 3, 2, 5, 4], 1)?.slopePerSecond).toBeCloseTo(0.875, 9);
  });

  test('two readings make no trend', () => {
    expect(trendOf([1, 2], 1)).toBeNull();
  });

  test('the interval covers the true slope of noisy readings as often as it says, give or take chance', () => {
    const random = randomFrom(5);
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, u) => sum + u, -6);
    const covered = Array.from({ length: 400 }, () => {
      const trend = trendOf(
        Array.from({ length: 20 }, (_, i) => 3 * i + 10 * normal()),
        1,
      );
      return trend !== null && trend.slopeLow <= 3 && trend.slopeHigh >= 3;
    });
    const share = covered.filter(Boolean).length / covered.length;
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });

  test('three readings leave the interval open', () => {
    expect(trendOf([1, 2, 3], 1)).toMatchObject({
      ...{ slopeLow: Number.NEGATIVE_INFINITY, slopeHigh: Number.POSITIVE_INFINITY },
    });
  });
});
