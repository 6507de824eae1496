import {
  blocksInAll,
  blocksOfAnother,
  geometricMeanRatio,
  widthOf,
} from '@hotpath/loadtests/statistics/ratio';
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

const random = uniform(20_261_124);
const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const exponential = () => -Math.log(random());
const gamma = (shape: number) =>
  Array.from({ length: shape }, exponential).reduce((sum, each) => sum + each, 0);
/** A latency that is seldom below its usual value and sometimes far above it. */
const late = (share: number) => 1 + share * exponential();

const studies = 4_000;
/** Four standard errors of a share of 0.95. */
const chance = 0.0138;

/** Share of the studies whose interval covers the truth. */
function coverage(truth: number, study: () => ReturnType<typeof geometricMeanRatio>): number {
  let covered = 0;
  for (let i = 0; i < studies; i++) {
    const { interval } = study();
    if (interval && interval.low <= truth && interval.high >= truth) covered++;
  }
  return covered / studies;
}

const blocksOf = (count: number, draw: () => number) => Array.from({ length: count }, draw);

test.each([3, 5])('95 of 100 intervals cover the truth, as promised, with %i blocks', (blocks) => {
  const drawn = () => Math.exp(Math.log(3) + 0.4 * normal());
  const covered = coverage(3, () => geometricMeanRatio(pairsOf(...blocksOf(blocks, drawn))));
  expect(Math.abs(covered - 0.95)).toBeLessThan(chance);
});

test.each([
  ['two arms that are late alike', () => late(0.3) / late(0.3)],
  ['one that is later than the other', () => late(0.3) / late(0.15)],
  ['two that vary by different measure', () => gamma(8) / gamma(20)],
])('93 to 97 of 100 cover it when runs are skewed: %s', (_name, draw) => {
  const many = 400_000;
  let logs = 0;
  for (let i = 0; i < many; i++) logs += Math.log(draw());
  const covered = coverage(Math.exp(logs / many), () =>
    geometricMeanRatio(pairsOf(...blocksOf(5, draw))),
  );
  expect(covered).toBeGreaterThan(0.93);
  expect(covered).toBeLessThan(0.97);
});

/** As a study with --blocks 5..12 --width 10% does it. */
function stopped(deviation: number, spreadBlocks?: number) {
  const draw = () => Math.exp(deviation * normal());
  const first = blocksOf(5, draw);
  const blocks = Math.min(12, blocksInAll(first, 0.1));
  const all = [...first, ...blocksOf(blocks - 5, draw)];
  return geometricMeanRatio(pairsOf(...all), spreadBlocks);
}

// Where hardly any, some and most studies go on to the end.
test.each([0.06, 0.1, 0.15, 0.2])(
  '95 of 100 cover it when the first blocks, with a spread of %f, decide how many there are',
  (deviation) => {
    expect(Math.abs(coverage(1, () => stopped(deviation, 5)) - 0.95)).toBeLessThan(chance);
  },
);

test('taking the spread from all blocks would promise too much', () => {
  expect(coverage(1, () => stopped(0.15))).toBeLessThan(0.95 - chance);
});

test('a true difference of half the width is found by every second study', () => {
  const usual = Math.exp((studentTwoSided(0.95, 4) * 0.1) / Math.sqrt(5));
  const missed = coverage(1, () =>
    geometricMeanRatio(pairsOf(...blocksOf(5, () => usual * Math.exp(0.1 * normal())))),
  );
  expect(missed).toBeGreaterThan(0.35);
  expect(missed).toBeLessThan(0.6);
});

test('the width asked for is the width got, where the first blocks decide and nothing caps them', () => {
  const first = [1.3, 0.8, 1.1, 1, 1.2];
  const blocks = blocksInAll(first, 0.1);
  const { interval } = geometricMeanRatio(pairsOf(...first, ...blocksOf(blocks - 5, () => 1)), 5);
  expect(blocks).toBeGreaterThan(20);
  expect(widthOf(interval ?? { low: 1, high: 9 })).toBeLessThanOrEqual(0.1);
  expect(blocksInAll([1, 1.01, 1, 0.99, 1], 0.1)).toBe(5);
});

test('another study needs as many blocks as make its own interval narrow enough', () => {
  // Logarithms −0.1, 0, 0.1: s = 0.1. t(6) · 0.1 / √7 = 0.0925 is within ln 1.1 = 0.0953, t(5) · 0.1 / √6 = 0.105 not.
  const ratios = [-0.1, 0, 0.1].map(Math.exp);
  expect(blocksOfAnother(ratios, 0.1)).toBe(7);
  // s = 0.05: t(3) · s / √4 = 0.0796, t(4) · s / √5 = 0.0621.
  expect(blocksOfAnother([-0.05, 0, 0.05].map(Math.exp), Math.expm1(0.075))).toBe(5);
  expect(blocksOfAnother(ratios, 1e-6)).toBeNull();
  expect(blocksOfAnother([2, 2, 2], 0.1)).toBe(3);
  for (const [bad, width] of [
    [[1, 1], 0.1] as const,
    [[1, 1, 0], 0.1] as const,
    [ratios, 0] as const,
  ])
    expect(() => blocksOfAnother(bad, width)).toThrow(RangeError);
});

/** Any fair generator does; seeded, so that the test is the same every time. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}
