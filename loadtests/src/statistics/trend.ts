/** Does a series of readings that were taken at a steady pace stay where it is? */
import { medianOf } from './median.js';

export interface Trend {
  readonly least: number;
  readonly most: number;
  /** Half of the way from least to most, as a share of the middle: 0.1 is ± 10 %. */
  readonly swing: number;
  /** Change a second, in the unit of the readings. */
  readonly slopePerSecond: number;
}

/**
 * Slope after Theil and Sen (Sen, JASA 63, 1968): the median of the slopes between all pairs of readings. A
 * collection of garbage, which is a step down, does not tilt it as it would tilt a least-squares line.
 * Null below three readings.
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
  return { least, most, swing, slopePerSecond: medianOf(slopes) };
}
