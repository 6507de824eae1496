/**
 * Student's t for any number of degrees of freedom: Welch's are seldom whole. Of the libraries, jstat has no
 * types and @stdlib/stats-base-dists-t-quantile brings some sixty packages, so this is the textbook's own way:
 * the regularised incomplete beta function by its continued fraction (Numerical Recipes 6.4; DLMF 8.17.22).
 */

/** P(|T| > t), for t ≥ 0 and degrees > 0: the two-sided p-value. */
export function studentTail(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * The t above which lies (1 − confidence) / 2 of the distribution: half the width of a two-sided interval,
 * in standard errors. Good to 10 digits. Throws RangeError unless 0 < confidence ≤ 0.9999 and degrees ≥ 1.
 */
export function studentTwoSided(confidence: number, degrees: number): number {
  if (!(confidence > 0 && confidence <= 0.9999))
    throw new RangeError(`confidence ${confidence}: not in 0 … 0.9999`);
  if (!(degrees >= 1 && Number.isFinite(degrees)))
    throw new RangeError(`degrees of freedom ${degrees}: not a number from 1`);
  let low = 0;
  let high = 1e4; // one degree at 0.9999 needs 6366
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (1 - studentTail(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b), for 0 ≤ x ≤ 1. The fraction converges fast below its mean; above it the other tail's does. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x === 0 || x === 1) return x;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

const termsMax = 10_000;
const tiny = 1e-300;

/** Lentz's method, as modified by Thompson and Barnett. */
function betaFraction(x: number, a: number, b: number): number {
  const awayFromZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= termsMax; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x), for x > 0, by Lanczos' series with g = 7: good to 15 digits. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const series = lanczos.reduce((sum, term, at) => sum + term / (x + at), 0.99999999999980993);
  const base = x + 6.5;
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(base) - base + Math.log(series);
}
