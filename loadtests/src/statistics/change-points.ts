/**
 * Where a series changes its level for good: E-divisive (Matteson and James, A Nonparametric Approach for
 * Multiple Change Point Analysis of Multivariate Data, JASA 109, 2014), as Daly and others use it on the results
 * of performance tests (The Use of Change Point Detection to Identify Software Performance Regressions, ICPE
 * 2020) and Hunter after them (Fleming and others, ICPE 2023). A split is scored by the energy distance between
 * its sides, so it needs no normal distribution; whether it is real is asked of random orders of the same
 * values. One bad record is no change: a level has at least `levelMin` records. npm has no library for it.
 */
import { randomFrom, shuffled } from './random.js';

export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** Share of random orders that can be split as well as this one. */
  readonly p: number;
}

const levelMin = 3;
/** Below it not even the best of splits is rarer than the level of significance: 2 of C(8, 4) orders are. */
export const valuesMin = 8;
const permutations = 499;
const significance = 0.05;

/** In order; none with fewer than `valuesMin` values. The seed is that of the random orders. */
export function changePoints(values: readonly number[], seed = 1): ChangePoint[] {
  if (values.length < valuesMin) return [];
  const best = bestSplit(values);
  const random = randomFrom(seed);
  let asGood = 1;
  for (let drawn = 0; drawn < permutations; drawn++) {
    // The same sum in another order of its terms differs in the last digits.
    if (bestSplit(shuffled(values, random)).score >= best.score * (1 - 1e-9)) asGood++;
  }
  const p = asGood / (permutations + 1);
  if (p > significance || best.score <= 0) return [];
  const { at } = best;
  const later = changePoints(values.slice(at), seed + 1);
  return [
    ...changePoints(values.slice(0, at), seed + 1),
    { at, p },
    ...later.map((point) => ({ ...point, at: point.at + at })),
  ];
}

/** Every split in turn; one value at a time changes sides, so its distances change theirs. */
function bestSplit(values: readonly number[]): { at: number; score: number } {
  const size = values.length;
  const distances = (value: number, from: number, to: number): number => {
    let sum = 0;
    for (let index = from; index < to; index++) sum += Math.abs(value - (values[index] as number));
    return sum;
  };
  let left = 0;
  let right = 0;
  for (let index = 1; index < size; index++) right += distances(values[index] as number, 0, index);
  const all = right;
  let best = { at: 0, score: Number.NEGATIVE_INFINITY };
  for (let n = 1; n <= size - levelMin; n++) {
    const moved = values[n - 1] as number;
    left += distances(moved, 0, n - 1);
    right -= distances(moved, n, size);
    if (n < levelMin) continue;
    const m = size - n;
    const between = (2 / (n * m)) * (all - left - right);
    const within = (2 / (n * (n - 1))) * left + (2 / (m * (m - 1))) * right;
    const score = ((n * m) / (n + m)) * (between - within);
    if (score > best.score) best = { at: n, score };
  }
  return best;
}
