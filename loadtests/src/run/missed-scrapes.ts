/** Prometheus scrapes every target this often. */
const everySeconds = 1;

/** One target's `up` in the window, raw: [seconds since 1970, '1' or '0']. */
export type UpSamples = readonly (readonly [number, string])[];

/**
 * Scrapes of a target that were not made, or failed, within the window. Each gap counts as the scrapes that
 * would have fitted in, at the window's ends too: a scrape may fall anywhere within its second.
 */
export function missedScrapes(
  samples: UpSamples,
  window: { startSeconds: number; endSeconds: number },
): number {
  const times = samples.map(([seconds]) => seconds).sort((a, b) => a - b);
  const bounds = [window.startSeconds, ...times, window.endSeconds];
  const gaps = bounds.slice(1).map((end, index) => end - (bounds[index] as number));
  const lost = gaps.map((gap) => Math.max(0, Math.round(gap / everySeconds) - 1));
  const failed = samples.filter(([, up]) => Number(up) !== 1).length;
  return lost.reduce((sum, count) => sum + count, failed);
}
