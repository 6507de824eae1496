import { describeFit, parameterText, uslLimits } from '@hotpath/loadtests/capacity/usl-fit';
import { uslAt } from '@hotpath/loadtests/statistics/universal-scalability';
import { describe, expect, test } from 'vitest';

const doubling = [1, 2, 4, 8, 16, 32, 64];

function pointsOf(
  [lambda, sigma, kappa]: readonly [number, number, number],
  concurrencies: readonly number[] = doubling,
  bend: (perSecond: number, concurrency: number) => number = (perSecond) => perSecond,
) {
  return concurrencies.map((concurrency) => ({
    ...{ concurrency, responseMs: null, refused: 0, socketErrors: 0, generatorCores: 0 },
    throughputPerSecond: bend(uslAt([lambda, sigma, kappa], concurrency), concurrency),
  }));
}

describe('the fit of a sweep', () => {
  test('is used when nothing speaks against it, with its peak inside what was measured', () => {
    const fit = describeFit(pointsOf([500, 0.05, 0.001]));
    expect(fit).toMatchObject({ used: true, refusals: [] });
    expect(fit?.peak?.concurrency).toBeCloseTo(30.8, 1);
    expect(fit?.peak?.throughputPerSecond).toBeCloseTo(uslAt([500, 0.05, 0.001], 30.8), 0);
    expect(fit?.points).toHaveLength(doubling.length);
  });

  test.each([
    ['few points', pointsOf([500, 0.05, 0.01], [1, 2, 4, 8, 16]), '5 points, and it takes 6'],
    ['a peak beyond them', pointsOf([500, 0.01, 0.000_01]), 'beyond the 64 users'],
    [
      'throughput that hardly depends on the users',
      pointsOf([9_000, 0.9, 0.001], doubling, (x, n) => (Math.log2(n) % 2 === 0 ? x : 1.15 * x)),
      'R² 0.',
    ],
    ['negative contention', pointsOf([500, -0.1, 0.003]), 'σ is negative'],
    ['negative coherency', pointsOf([500, 0.4, -0.001]), 'κ is negative'],
    [
      'a point that is far off',
      pointsOf([500, 0.05, 0.001], doubling, (x, n) => (n === 8 ? x * 0.6 : x)),
      `over the ${uslLimits.residualShareMax * 100} % allowed`,
    ],
  ])('is shown and not used, without a peak, after %s', (_name, points, reason) => {
    const fit = describeFit(points);
    expect(fit).toMatchObject({ used: false, peak: null });
    expect(fit?.refusals.join('; ')).toContain(reason);
  });

  test('points without an answer make no curve', () => {
    expect(describeFit(pointsOf([500, 0.05, 0.001], doubling, () => 0))).toBeNull();
  });

  test('parameters keep their sign and their error', () => {
    expect(parameterText({ value: 0.0312, standardError: 0.0041 })).toBe('0.03 ± 4.1e-3');
    expect(parameterText({ value: -0.12, standardError: null })).toBe('−0.12');
  });
});
