/** Comparison of two arms over blocks: the run is the unit, never the request. Pure. */
import { studentTwoSided } from './student-t.js';

const confidence = 0.95;

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
 *
 * Where the number of blocks was decided by the spread of the first few, the interval must take its spread
 * from those alone: from all blocks it would be too narrow, since a study that stops when its spread looks
 * small stops when it happens to look too small. With the first ones the interval is exact (Stein, Annals of
 * Mathematical Statistics 16, 1945). Throws RangeError without blocks or on a value that isn't finite and
 * above 0: whoever has "> timeout" or nothing in a block must leave the block out, and say so.
 * @param spreadBlocks how many of the first blocks decided; all of them when the number was fixed
 */
export function geometricMeanRatio(
  pairs: readonly BlockPair[],
  spreadBlocks = pairs.length,
): Ratio {
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
  const half = halfWidth(logs.slice(0, Math.max(blocksMin, spreadBlocks)), n);
  const interval = { low: Math.exp(mean - half), high: Math.exp(mean + half) };
  return { ratio: Math.exp(mean), interval, blocks };
}

/** Half the interval of a mean over `blocks` blocks, whose spread is judged by these logarithms. */
function halfWidth(logs: readonly number[], blocks: number): number {
  return (studentTwoSided(confidence, logs.length - 1) * deviationOf(logs)) / Math.sqrt(blocks);
}

function deviationOf(logs: readonly number[]): number {
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1));
}

/**
 * Half the width of an interval, as a share: 0.1 is ±10 %. A difference below it can't be told from none.
 */
export function widthOf({ low, high }: { readonly low: number; readonly high: number }): number {
  return Math.sqrt(high / low) - 1;
}

/**
 * How many blocks a study that has run these needs in all, for an interval of that width: Stein's second
 * stage, which holds whatever the blocks to come will look like. Never fewer than were given.
 * Throws RangeError with fewer than `blocksMin` blocks, on a ratio that is none, or a width that isn't above 0.
 * @param ratios of each block
 * @param width half of it, as a share: 0.1 is ±10 %
 */
export function blocksInAll(ratios: readonly number[], width: number): number {
  const half = halfWidth(logsOf(ratios, width), 1);
  return Math.max(ratios.length, Math.ceil((half / Math.log1p(width)) ** 2));
}

/** More would take days; the answer is then "not with blocks like these". */
const blocksMax = 10_000;

/**
 * How many blocks another study needs for an interval of that width, if its blocks spread as these do: the
 * smallest n with t(n − 1) · s / √n within the width. Null above 10,000. Throws as blocksInAll does.
 */
export function blocksOfAnother(ratios: readonly number[], width: number): number | null {
  const deviation = deviationOf(logsOf(ratios, width));
  const isEnough = (n: number) =>
    (studentTwoSided(confidence, n - 1) * deviation) / Math.sqrt(n) <= Math.log1p(width);
  let [low, high] = [blocksMin, blocksMax]; // the left side falls with every block
  if (!isEnough(high)) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

function logsOf(ratios: readonly number[], width: number): number[] {
  const logs = ratios.map(Math.log);
  if (logs.length < blocksMin) throw new RangeError(`${ratios.length} blocks show no spread`);
  if (!(width > 0 && logs.every(Number.isFinite)))
    throw new RangeError(`width ${width} of ${ratios.join(', ')}`);
  return logs;
}
