/** Comparison of two arms over blocks: the run is the unit, never the request. Pure. */
import { studentTwoSided } from './student-t.js';

/** With fewer blocks an interval says nothing that anyone should act on. */
export const blocksMin = 3;

export interface BlockPair {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Ratio {
  /** Geometric mean of the blocks' ratios. */
  readonly ratio: number;
  /** 95 %, Student's t over blocks on the logarithms; null with fewer than `blocksMin` blocks. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Every block's own ratio, in the order given. */
  readonly blocks: readonly number[];
}

/**
 * Logarithms because twice as slow and half as slow are equally far from no difference.
 * Throws RangeError without blocks or on a value that isn't finite and above 0: whoever has
 * "> timeout" or nothing in a block must leave the block out, and say so.
 */
export function geometricMeanRatio(pairs: readonly BlockPair[]): Ratio {
  if (pairs.length === 0) throw new RangeError('no blocks');
  const logs = pairs.map(({ numerator, denominator }) => {
    const log = Math.log(numerator / denominator);
    if (!(numerator > 0 && denominator > 0 && Number.isFinite(log)))
      throw new RangeError(`${numerator} / ${denominator} is no ratio`);
    return log;
  });
  const n = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const blocks = logs.map(Math.exp);
  if (n < blocksMin) return { ratio: Math.exp(mean), interval: null, blocks };
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const half = studentTwoSided(0.95, n - 1) * Math.sqrt(squares / (n - 1) / n);
  const interval = { low: Math.exp(mean - half), high: Math.exp(mean + half) };
  return { ratio: Math.exp(mean), interval, blocks };
}
