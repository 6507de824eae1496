/** Two groups of independent values with spreads of their own: two records, whose blocks are no pairs. Pure. */
import { studentTail, studentTwoSided } from './student-t.js';

/** With fewer runs an interval says nothing that anyone should act on; the same as for blocks. */
export const runsMin = 3;

export interface Difference {
  /** Mean of the second minus mean of the first. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly t: number;
  /** After Welch and Satterthwaite; seldom whole. */
  readonly degrees: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Welch's t for unequal variances (Welch, Biometrika 34, 1947; Satterthwaite, Biometrics Bulletin 2, 1946).
 * Throws RangeError with fewer than two values in a group, or when no value of either group differs.
 */
export function welch(
  first: readonly number[],
  second: readonly number[],
  confidence = 0.95,
): Difference {
  const [a, b] = [spreadOf(first), spreadOf(second)];
  const variance = a.ofMean + b.ofMean;
  const difference = b.mean - a.mean;
  if (!(variance > 0)) throw new RangeError('no value differs, so there is no spread to judge by');
  const error = Math.sqrt(variance);
  const degrees =
    variance ** 2 / (a.ofMean ** 2 / (first.length - 1) + b.ofMean ** 2 / (second.length - 1));
  const half = error * studentTwoSided(confidence, degrees);
  const t = difference / error;
  const p = studentTail(Math.abs(t), degrees);
  return { difference, low: difference - half, high: difference + half, t, degrees, p };
}

/** `ofMean`: the variance of the mean. */
function spreadOf(values: readonly number[]): { mean: number; ofMean: number } {
  const n = values.length;
  if (n < 2) throw new RangeError(`${n} values have no variance`);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, ofMean: squares / (n - 1) / n };
}

export interface RatioChange {
  /** Geometric means of the two groups, and the second over the first. */
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The change of a quantity of which only multiples mean anything: Welch's interval on the logarithms.
 * Null with fewer than `runsMin` values in a group.
 * Throws RangeError on a value that isn't finite and above 0.
 */
export function ratioChange(
  before: readonly number[],
  after: readonly number[],
  confidence = 0.95,
): RatioChange | null {
  const [a, b] = [before, after].map((values) => values.map(logOf)) as [number[], number[]];
  if (Math.min(a.length, b.length) < runsMin) return null;
  const means = { before: Math.exp(meanOf(a)), after: Math.exp(meanOf(b)) };
  const isFlat = [a, b].every((logs) => logs.every((log) => log === logs[0]));
  const ratio = means.after / means.before;
  // Counts can be equal in every run, as the acknowledged of a schedule that is kept.
  if (isFlat) return { ...means, ratio, low: ratio, high: ratio };
  const { difference, low, high } = welch(a, b, confidence);
  return { ...means, ratio: Math.exp(difference), low: Math.exp(low), high: Math.exp(high) };
}

function logOf(value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${value} has no logarithm`);
  return Math.log(value);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
