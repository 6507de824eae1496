import type { StepPart } from './capacity-record.js';

/** Where the search begins and ends; arrivals a second, whole numbers. */
export interface SearchBounds {
  readonly firstPerSecond: number;
  /** Below it nothing is tried. */
  readonly leastPerSecond: number;
  /** Above it nothing is tried: what the generator itself can't carry. */
  readonly mostPerSecond: number;
  /** The search ends when its two ends are this close, as a share of the upper one. */
  readonly resolutionShare: number;
}

/** Does the service level hold at this rate? */
export type TryRate = (ratePerSecond: number, part: StepPart) => Promise<boolean>;

export interface Found {
  /** Null: it held at no rate that was tried. */
  readonly heldPerSecond: number | null;
  /** Null: it broke at none. */
  readonly brokenPerSecond: number | null;
}

const growth = 2;

/**
 * Doubles the rate until the service level breaks, then halves the gap. The break that ends the climb is tried
 * once more, since it decides between which rates all others lie: one hiccup there would halve the capacity.
 * What breaks at once is halved until it holds.
 */
export async function searchCapacity(bounds: SearchBounds, tryRate: TryRate): Promise<Found> {
  const climbed = await climb(bounds, tryRate);
  const { heldPerSecond, brokenPerSecond } = climbed;
  if (brokenPerSecond === null) return climbed;
  const around = heldPerSecond === null ? await descend(brokenPerSecond, bounds, tryRate) : climbed;
  return bisect(around, bounds.resolutionShare, tryRate);
}

async function climb(
  { firstPerSecond, mostPerSecond }: SearchBounds,
  tryRate: TryRate,
): Promise<Found> {
  let heldPerSecond: number | null = null;
  let rate = Math.min(firstPerSecond, mostPerSecond);
  for (;;) {
    if (!((await tryRate(rate, 'climb')) || (await tryRate(rate, 'again')))) {
      return { heldPerSecond, brokenPerSecond: rate };
    }
    heldPerSecond = rate;
    if (rate >= mostPerSecond) return { heldPerSecond, brokenPerSecond: null };
    rate = Math.min(rate * growth, mostPerSecond);
  }
}

async function descend(
  from: number,
  { leastPerSecond }: SearchBounds,
  tryRate: TryRate,
): Promise<Found> {
  let brokenPerSecond = from;
  for (;;) {
    if (brokenPerSecond <= leastPerSecond) return { heldPerSecond: null, brokenPerSecond };
    const rate = Math.max(leastPerSecond, Math.floor(brokenPerSecond / growth));
    if (await tryRate(rate, 'descent')) return { heldPerSecond: rate, brokenPerSecond };
    brokenPerSecond = rate;
  }
}

async function bisect(around: Found, resolutionShare: number, tryRate: TryRate): Promise<Found> {
  let { heldPerSecond: held, brokenPerSecond: broken } = around;
  while (
    held !== null &&
    broken !== null &&
    broken - held > Math.max(1, broken * resolutionShare)
  ) {
    const rate = Math.round((held + broken) / 2);
    if (await tryRate(rate, 'bisection')) held = rate;
    else broken = rate;
  }
  return { heldPerSecond: held, brokenPerSecond: broken };
}
