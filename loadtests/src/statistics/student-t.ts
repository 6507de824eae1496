/**
 * Student's t with a whole number of degrees of freedom. Of the libraries, jstat has no types and
 * @stdlib/stats-base-dists-t-quantile brings some sixty packages; for whole degrees the distribution is a
 * finite sum (Abramowitz and Stegun 26.7.3, 26.7.4), so this is the exact thing, shorter than either's glue.
 */

/** P(−t < T < t), for t ≥ 0. */
function centralShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const even = degrees % 2 === 0;
  let term = even ? 1 : cosine;
  let sum = degrees === 1 ? 0 : term;
  for (let step = even ? 2 : 3; step <= degrees - 2; step += 2) {
    term *= ((step - 1) / step) * cosine * cosine;
    sum += term;
  }
  const scaled = Math.sin(angle) * sum;
  return even ? scaled : (2 / Math.PI) * (angle + scaled);
}

/**
 * The t above which lies (1 − confidence) / 2 of the distribution: half the width of a two-sided interval,
 * in standard errors. Good to 10 digits. Throws RangeError unless 0 < confidence ≤ 0.9999 and degrees is
 * a whole number from 1.
 */
export function studentTwoSided(confidence: number, degrees: number): number {
  if (!(confidence > 0 && confidence <= 0.9999))
    throw new RangeError(`confidence ${confidence}: not in 0 … 0.9999`);
  if (!Number.isInteger(degrees) || degrees < 1)
    throw new RangeError(`degrees of freedom ${degrees}: not a whole number from 1`);
  let low = 0;
  let high = 1e4; // one degree at 0.9999 needs 6366
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (centralShare(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
