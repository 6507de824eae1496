/** The parts of the values around a percentile. Pure. */

/** With fewer values a band around p95 holds next to none. */
export const bandSamplesMin = 100;

export interface Band {
  /** How many of the values lie in it. */
  readonly count: number;
  /** The smallest and the largest whole in it. */
  readonly from: number;
  readonly to: number;
  /** Sum of each part over the band. */
  readonly sums: readonly number[];
}

/**
 * Of values that are given as their parts, those whose whole has a rank above `low` and up to `high`: the band
 * from p94 to p96 is the fiftieth of all values that has p95 in its middle. Null with fewer than 100 values.
 * Throws RangeError unless 0 ≤ low < high ≤ 1.
 */
export function bandOf(
  values: readonly (readonly number[])[],
  low: number,
  high: number,
): Band | null {
  if (!(low >= 0 && low < high && high <= 1)) throw new RangeError(`band ${low} to ${high}`);
  if (values.length < bandSamplesMin) return null;
  const wholes = values.map((parts) => ({
    parts,
    whole: parts.reduce((sum, part) => sum + part, 0),
  }));
  wholes.sort((one, other) => one.whole - other.whole);
  const rank = (share: number) => Math.round(share * wholes.length);
  const band = wholes.slice(rank(low), Math.max(rank(low) + 1, rank(high)));
  const [first] = band;
  const last = band.at(-1);
  if (first === undefined || last === undefined) return null;
  const sums = first.parts.map((_, at) =>
    band.reduce((sum, { parts }) => sum + (parts[at] ?? 0), 0),
  );
  return { count: band.length, from: first.whole, to: last.whole, sums };
}
