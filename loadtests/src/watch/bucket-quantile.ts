/** A bucket of a Prometheus histogram: how many observations were at most this large. */
export interface Bucket {
  /** Infinity for the last one. */
  readonly upTo: number;
  readonly count: number;
}

/**
 * As Prometheus' histogram_quantile: linear within the bucket, whose first one starts at 0; beyond the
 * last finite bound that bound, since no more is known. Null without observations.
 */
export function bucketQuantile(buckets: readonly Bucket[], share: number): number | null {
  const sorted = [...buckets].sort((left, right) => left.upTo - right.upTo);
  const total = sorted.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  const at = sorted.findIndex(({ count }) => count >= rank);
  const bucket = sorted[at];
  const below = sorted[at - 1] ?? { upTo: 0, count: 0 };
  if (bucket === undefined || bucket.upTo === Number.POSITIVE_INFINITY) return below.upTo;
  const inside = (rank - below.count) / (bucket.count - below.count);
  return below.upTo + (bucket.upTo - below.upTo) * inside;
}
