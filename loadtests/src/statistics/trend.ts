/** Does a series of readings that were taken at a steady pace stay where it is? */
import { medianOf } from './median.js';

/** Half of the two-sided 95 % of the normal distribution. */
const z95 = 1.959964;

export interface Trend {
  readonly least: number;
  readonly most: number;
  /** Half of the way from least to most, as a share of the middle: 0.1 is ± 10 %. */
  readonly swing: number;
  /** Change a second, in the unit of the readings. */
  readonly slopePerSecond: number;
  /** Ends of the slope's 95 % interval. */
  readonly slopeLow: number;
  readonly slopeHigh: number;
}

/**
 * Slope after Theil and Sen (Sen, JASA 63, 1968): the median of the slopes between all pairs of readings. A
 * collection of garbage, which is a step down, does not tilt it as it would tilt a least-squares line.
 * The interval is Sen's own, from the variance of Kendall's S; it takes readings for independent, so take them
 * far apart. Null below three readings.
 */
export function trendOf(readings: readonly number[], everySeconds: number): Trend | null {
  if (readings.length < 3) return null;
  const least = Math.min(...readings);
  const most = Math.max(...readings);
  const slopes: number[] = [];
  readings.forEach((later, j) => {
    for (let i = 0; i < j; i += 1) {
      slopes.push((later - (readings[i] as number)) / ((j - i) * everySeconds));
    }
  });
  const swing = least + most === 0 ? 0 : (most - least) / (most + least);
  slopes.sort((left, right) => left - right);
  const [low, high] = intervalRanks(readings.length);
  return {
    ...{ least, most, swing, slopePerSecond: medianOf(slopes) },
    slopeLow: slopes[low] ?? Number.NEGATIVE_INFINITY,
    slopeHigh: slopes[high] ?? Number.POSITIVE_INFINITY,
  };
}

/** Of the interval's two ends among the sorted slopes; outside of them when there are too few readings to tell. */
function intervalRanks(n: number): [number, number] {
  const slopes = (n * (n - 1)) / 2;
  const reach = z95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return [Math.floor((slopes - reach) / 2) - 1, Math.ceil((slopes + reach) / 2)];
}
