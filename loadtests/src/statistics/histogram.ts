/**
 * Durations of a run in buckets that any two runs share, so that records can be merged; percentiles
 * can't be. Octaves of a microsecond, 64 equal buckets in each: a bucket is at most 1/64 = 1.6 % wide,
 * which is below what any two runs agree on. The run's own percentiles are exact and come from the raw log.
 */
const bucketsPerOctave = 64;
/** 2³² µs is 71 minutes; longer counts in the last bucket. */
const octaves = 32;

/** As it stands in a run record: [bucket, count] of the buckets that have any. */
export type Histogram = readonly (readonly [bucket: number, count: number])[];

/** Throws RangeError on a duration that is negative or no number. */
export function histogramOf(durationsMs: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const ms of durationsMs) {
    const bucket = bucketOf(ms);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return sorted(counts);
}

export function mergedHistogram(parts: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const part of parts) {
    for (const [bucket, count] of part) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  return sorted(counts);
}

/** Milliseconds: [from, to) of a bucket. */
export function bucketBounds(bucket: number): readonly [fromMs: number, toMs: number] {
  return [startOf(bucket), startOf(bucket + 1)];
}

/**
 * Nearest rank, as the upper end of its bucket: never below the sample's own, at most 1.6 % above (and
 * 1 µs, below 64 µs). Null of an empty one. Throws RangeError unless 0 < share ≤ 1.
 */
export function histogramPercentile(histogram: Histogram, share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share ${share}: not in 0 … 1`);
  const size = histogram.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.ceil(Number((share * size).toPrecision(12)));
  for (const [bucket, count] of histogram) {
    left -= count;
    if (left <= 0) return startOf(bucket + 1);
  }
  return null;
}

/** Below 64 µs a bucket is 1 µs: finer than k6's clock is good for. */
function bucketOf(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`duration ${ms} ms`);
  const us = ms * 1_000;
  if (us < bucketsPerOctave) return Math.floor(us);
  const octave = Math.min(Math.floor(Math.log2(us)), octaves - 1) - 6;
  const within = Math.min(Math.floor(us / 2 ** octave) - bucketsPerOctave, bucketsPerOctave - 1);
  return (octave + 1) * bucketsPerOctave + within;
}

function startOf(bucket: number): number {
  const octave = Math.floor(bucket / bucketsPerOctave) - 1;
  const within = bucket % bucketsPerOctave;
  return (octave < 0 ? within : (bucketsPerOctave + within) * 2 ** octave) / 1_000;
}

function sorted(counts: ReadonlyMap<number, number>): Histogram {
  return [...counts].sort(([left], [right]) => left - right);
}
