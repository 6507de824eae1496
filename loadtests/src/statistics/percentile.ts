/** Percentiles of whole samples, by nearest rank. Pure. */

/** What stands in place of a number when too many arrivals have none. */
export const beyondTimeout = '> timeout';

/** Above this share of arrivals without a good answer, a percentile of the intended is no number. */
export const missingShareMax = 0.05;

/**
 * Nearest rank (the inverse of the empirical distribution, Hyndman and Fan's type 1): the smallest
 * value with at least `share` of the sample at or below it. Always a value that was measured, and
 * unlike the interpolating definitions it also holds where the sample goes on beyond what is finite.
 * Throws RangeError unless 0 < share ≤ 1.
 * @param sorted ascending
 * @returns null of an empty sample
 */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[rankOf(sorted.length, share) - 1] ?? null;
}

/**
 * The same over everything that was intended: arrivals dropped or failed count as slower than every
 * good answer. '> timeout' if they are more than 5 % of all, or if the rank falls among them.
 * Throws RangeError on a share outside 0 … 1 or a negative or broken count.
 * @param sorted durations of the good answers, ascending
 * @param missing arrivals that were dropped or failed
 * @returns null when nothing was intended
 */
export function intendedPercentile(
  sorted: ArrayLike<number>,
  missing: number,
  share: number,
): number | typeof beyondTimeout | null {
  if (!Number.isInteger(missing) || missing < 0) throw new RangeError(`missing: ${missing}`);
  const intended = sorted.length + missing;
  const rank = rankOf(intended, share);
  if (intended === 0) return null;
  if (missing > intended * missingShareMax) return beyondTimeout;
  return sorted[rank - 1] ?? beyondTimeout;
}

/** Counted from 1. Rounding first: 0.07 × 100 is 7.000000000000001, and its rank is 7, not 8. */
function rankOf(size: number, share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share ${share}: not in 0 … 1`);
  return Math.ceil(Number((share * size).toPrecision(12)));
}
