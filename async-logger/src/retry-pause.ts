/** Pauses between tries that fail: longer each time, bounded, and drawn, or all who wait would come together. */

export interface PauseBounds {
  readonly msMin: number;
  readonly msMax: number;
}

/** @param failures in a row so far, at least 1 */
export function retryPauseMs(failures: number, { msMin, msMax }: PauseBounds): number {
  const longest = Math.min(msMax, msMin * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
