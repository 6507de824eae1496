import { randomFrom } from '@hotpath/loadtests/statistics/random';
import {
  fitUsl,
  uslAt,
  uslPeakConcurrency,
} from '@hotpath/loadtests/statistics/universal-scalability';
import { describe, expect, test } from 'vitest';

/** MySQL on a Cisco server with 1 to 32 threads, and the fit as printed: Schwartz, Practical Scalability Analysis with
 * the Universal Scalability Law (2015); the data also in the tests of codahale/usl4j. */
const cisco = [
  955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71,
  8646.7, 9047.84, 9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43,
  11518.63, 11806, 12089.37, 12075.41, 12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4,
  12074.39,
].map((perSecond, i) => ({ concurrency: i + 1, perSecond }));
const printed = { lambda: 995.6486, sigma: 0.02671591, kappa: 7.690945e-4, peak: 35, r2: 0.9972 };

const concurrencies = [1, 2, 4, 8, 16, 32, 64];
const truth = [800, 0.03, 0.0006] as const;

/** Nearly normal: the sum of twelve uniform numbers, less six. */
function noisy(random: () => number, share: number) {
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, u) => sum + u, -6);
  return concurrencies.map((concurrency) => {
    const perSecond = uslAt(truth, concurrency);
    return { concurrency, perSecond: perSecond + share * 4_000 * normal() };
  });
}

describe('the universal scalability law', () => {
  test('is fitted to published measurements as its book prints it', () => {
    const fit = fitUsl(cisco);
    expect(fit).not.toBeNull();
    if (fit === null) return;
    expect(fit.lambda.value / printed.lambda).toBeCloseTo(1, 5);
    expect(fit.sigma.value / printed.sigma).toBeCloseTo(1, 4);
    expect(fit.kappa.value / printed.kappa).toBeCloseTo(1, 4);
    expect(fit.r2).toBeCloseTo(printed.r2, 3);
    const peak = uslPeakConcurrency(fit.sigma.value, fit.kappa.value) ?? 0;
    expect(Math.floor(peak)).toBe(printed.peak);
    expect(uslAt([fit.lambda.value, fit.sigma.value, fit.kappa.value], 35)).toBeCloseTo(12_341, -1);
  });

  test.each([
    ['contention and coherency', [1_200, 0.08, 0.002]],
    ['contention alone', [300, 0.3, 0]],
    ['no limit at all', [50, 0, 0]],
    ['more users, each faster', [900, -0.1, 0.004]],
  ] as const)('gives back what made the points: %s', (_name, made) => {
    const fit = fitUsl(
      concurrencies.map((concurrency) => ({ concurrency, perSecond: uslAt(made, concurrency) })),
    );
    expect(fit?.lambda.value).toBeCloseTo(made[0], 3);
    expect(fit?.sigma.value).toBeCloseTo(made[1], 5);
    expect(fit?.kappa.value).toBeCloseTo(made[2], 6);
    expect(fit?.rmsePerSecond).toBeLessThan(0.01);
  });

  test('standard errors are how far fits of the same system lie apart', () => {
    const random = randomFrom(7);
    const fits = Array.from({ length: 150 }, () => fitUsl(noisy(random, 0.01)));
    for (const name of ['lambda', 'sigma', 'kappa'] as const) {
      const found = fits.map((fit) => fit?.[name].value ?? Number.NaN);
      const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
      const spread = Math.sqrt(
        found.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (found.length - 1),
      );
      const told = fits.map((fit) => fit?.[name].standardError ?? Number.NaN);
      const usual = Math.sqrt(told.reduce((sum, each) => sum + each ** 2, 0) / told.length);
      expect(usual / spread, name).toBeGreaterThan(0.85);
      expect(usual / spread, name).toBeLessThan(1.15);
    }
  });

  test('three points leave no error to tell, two make no curve', () => {
    const three = concurrencies.slice(0, 3).map((concurrency) => ({
      ...{ concurrency, perSecond: uslAt(truth, concurrency) },
    }));
    expect(fitUsl(three)?.lambda.standardError).toBeNull();
    expect(fitUsl(three.slice(1))).toBeNull();
    expect(fitUsl(three.map((point) => ({ ...point, perSecond: 0 })))).toBeNull();
  });
});
