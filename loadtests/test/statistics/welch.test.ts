import { studentTail, studentTwoSided } from '@hotpath/loadtests/statistics/student-t';
import { ratioChange, welch } from '@hotpath/loadtests/statistics/welch';
import { expect, test } from 'vitest';

/**
 * R's data set `sleep` (Cushny and Peebles 1905, in Student, Biometrika 6, 1908): extra hours of sleep under
 * two drugs. The expected values are those of `t.test(extra ~ group, data = sleep)` in R's own manual.
 */
const sleep = {
  one: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
  two: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};

test("R's t.test on the sleep data gives these numbers, and so does Welch here", () => {
  // t = -1.8608, df = 17.776, p-value = 0.07939; 95 percent confidence interval: -3.3654832 0.2054832
  const { difference, low, high, t, degrees, p } = welch(sleep.two, sleep.one);
  expect(difference).toBeCloseTo(0.75 - 2.33, 12);
  expect(t).toBeCloseTo(-1.8608, 4);
  expect(degrees).toBeCloseTo(17.776, 3);
  expect(p).toBeCloseTo(0.07939, 5);
  expect(low).toBeCloseTo(-3.365_483_2, 6);
  expect(high).toBeCloseTo(0.205_483_2, 6);
});

test('with equal spreads and sizes Welch is the textbook t with n1 + n2 − 2 degrees', () => {
  const { degrees, t } = welch([1, 2, 3, 4], [11, 12, 13, 14]);
  expect(degrees).toBeCloseTo(6, 12);
  expect(t).toBeCloseTo(10 / Math.sqrt(5 / 3 / 4 + 5 / 3 / 4), 12);
});

test('t between whole degrees lies between its neighbours, and quantile and tail are inverse', () => {
  for (const degrees of [1.5, 2.5, 4.7, 17.776, 60.3]) {
    const t = studentTwoSided(0.95, degrees);
    expect(studentTail(t, degrees)).toBeCloseTo(0.05, 10);
    expect(t).toBeLessThan(studentTwoSided(0.95, Math.floor(degrees)));
    expect(t).toBeGreaterThan(studentTwoSided(0.95, Math.floor(degrees) + 1));
  }
});

test('the tail of one and of two degrees agrees with its closed forms', () => {
  for (const t of [0.1, 0.7, 1, 3, 40]) {
    expect(studentTail(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
    expect(studentTail(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
  }
});

test('a change is a ratio of geometric means; turned round it is its inverse', () => {
  const [before, after] = [
    [1, 2, 4],
    [10, 20, 40],
  ];
  const there = ratioChange(before ?? [], after ?? []);
  const back = ratioChange(after ?? [], before ?? []);
  expect(there).toMatchObject({ before: expect.closeTo(2, 12), after: expect.closeTo(20, 12) });
  expect(there?.ratio).toBeCloseTo(10, 12);
  expect((there?.low ?? 0) * (back?.high ?? 0)).toBeCloseTo(1, 12);
});

test('too few runs give nothing, equal runs no width, and what has no logarithm is refused', () => {
  expect(ratioChange([1, 2], [1, 2, 3])).toBeNull();
  expect(ratioChange([5, 5, 5], [6, 6, 6])).toMatchObject({
    ratio: expect.closeTo(1.2, 12),
    low: expect.closeTo(1.2, 12),
    high: expect.closeTo(1.2, 12),
  });
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => ratioChange([1, 2, bad], [1, 2, 3])).toThrow(RangeError);
  expect(() => welch([1], [1, 2])).toThrow(RangeError);
});

test('about 95 of 100 intervals cover the truth when runs are skewed and unlike each other', () => {
  const random = uniform(2_026);
  const exponential = () => -Math.log(random());
  const normal = () => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * random());
  // A run: its own level, at times a disturbed one, and the p95 of 40 latencies with a long tail.
  const run = (level: number, spread: number): number => {
    const disturbed = random() < 0.1 ? 1 + 0.3 * exponential() : 1;
    const own = level * disturbed * Math.exp(spread * normal());
    const latencies = Array.from({ length: 40 }, () => own * (0.5 + exponential() ** 1.5));
    return latencies.sort((a, b) => a - b)[37] as number;
  };
  const runs = (n: number, level: number, spread: number) =>
    Array.from({ length: n }, () => run(level, spread));
  const studies = 1_200;
  for (const [blocks, others] of [
    [3, 5],
    [5, 5],
    [8, 5],
  ] as const) {
    let covered = 0;
    for (let study = 0; study < studies; study++) {
      const change = ratioChange(runs(blocks, 1, 0.1), runs(others, 1.3, 0.1));
      if (change && change.low <= 1.3 && change.high >= 1.3) covered++;
    }
    expect(covered / studies, `${blocks} and ${others} runs`).toBeGreaterThanOrEqual(0.93);
    expect(covered / studies, `${blocks} and ${others} runs`).toBeLessThanOrEqual(0.97);
  }
});

/** Any fair generator does; seeded, so that the test is the same every time. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}
