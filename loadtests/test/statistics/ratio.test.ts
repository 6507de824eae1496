import { geometricMeanRatio } from '@hotpath/loadtests/statistics/ratio';
import { studentTwoSided } from '@hotpath/loadtests/statistics/student-t';
import { expect, test } from 'vitest';

test.each([
  // Degrees, and the table of every textbook: 90 %, 95 %, 99 %, 99.9 %, two-sided.
  [1, [6.314, 12.706, 63.657, 636.619]],
  [2, [2.92, 4.303, 9.925, 31.599]],
  [3, [2.353, 3.182, 5.841, 12.924]],
  [4, [2.132, 2.776, 4.604, 8.61]],
  [5, [2.015, 2.571, 4.032, 6.869]],
  [9, [1.833, 2.262, 3.25, 4.781]],
  [10, [1.812, 2.228, 3.169, 4.587]],
  [30, [1.697, 2.042, 2.75, 3.646]],
  [120, [1.658, 1.98, 2.617, 3.373]],
])('t with %i degrees of freedom is as tabulated', (degrees, tabulated) => {
  const found = [0.9, 0.95, 0.99, 0.999].map((share) => studentTwoSided(share, degrees));
  for (const [column, value] of tabulated.entries()) {
    expect(Math.abs((found[column] as number) - value)).toBeLessThan(0.000_51);
  }
});

test('t with very many degrees is the normal distribution', () => {
  expect(studentTwoSided(0.95, 1_000_000)).toBeCloseTo(1.959_966, 5);
});

test('t of one and two degrees agrees with its closed forms to ten digits', () => {
  for (const share of [0.5, 0.8, 0.95, 0.999]) {
    expect(studentTwoSided(share, 1) / Math.tan((Math.PI * share) / 2)).toBeCloseTo(1, 10);
    expect(studentTwoSided(share, 2) / (share * Math.sqrt(2 / (1 - share * share)))).toBeCloseTo(
      1,
      10,
    );
  }
});

const pairsOf = (...ratios: number[]) =>
  ratios.map((ratio, block) => ({ numerator: ratio * (block + 1), denominator: block + 1 }));

test('the ratio is the geometric mean, and its interval follows from the logarithms', () => {
  const { ratio, interval, blocks } = geometricMeanRatio(pairsOf(1, 2, 4));
  expect(ratio).toBeCloseTo(2, 12);
  blocks.forEach((block, index) => {
    expect(block).toBeCloseTo(2 ** index, 12);
  });
  // Logarithms −ln2, 0, ln2 about the mean: deviation ln2; half width 4.30265 × ln2 / √3.
  const half = (4.302_652_73 * Math.LN2) / Math.sqrt(3);
  expect(interval?.low).toBeCloseTo(2 * Math.exp(-half), 6);
  expect(interval?.high).toBeCloseTo(2 * Math.exp(half), 6);
});

test('turning the question round turns the answer round', () => {
  const pairs = pairsOf(1.3, 0.8, 2.2, 1.1);
  const turned = pairs.map(({ numerator, denominator }) => ({
    numerator: denominator,
    denominator: numerator,
  }));
  const [there, back] = [geometricMeanRatio(pairs), geometricMeanRatio(turned)];
  expect(there.ratio * back.ratio).toBeCloseTo(1, 12);
  expect((there.interval?.low ?? 0) * (back.interval?.high ?? 0)).toBeCloseTo(1, 12);
});

test('two blocks have a ratio and no interval, and none or a broken one is refused', () => {
  expect(geometricMeanRatio(pairsOf(2, 8))).toMatchObject({ interval: null });
  expect(() => geometricMeanRatio([])).toThrow(RangeError);
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => geometricMeanRatio([{ numerator: bad, denominator: 1 }])).toThrow(RangeError);
});

test('95 of 100 intervals cover the truth, as promised, with few blocks', () => {
  const random = uniform(20_261_124);
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const studies = 4_000;
  for (const blocks of [3, 5]) {
    let covered = 0;
    for (let study = 0; study < studies; study++) {
      const drawn = Array.from({ length: blocks }, () => Math.exp(Math.log(3) + 0.4 * normal()));
      const { interval } = geometricMeanRatio(pairsOf(...drawn));
      if (interval && interval.low <= 3 && interval.high >= 3) covered++;
    }
    // Four standard errors of the share.
    expect(Math.abs(covered / studies - 0.95)).toBeLessThan(0.0138);
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
