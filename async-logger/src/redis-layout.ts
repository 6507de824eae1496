/** Where things are in Redis, to counter.store.ts. */
import { defaultProject } from '@hotpath/contract/projects';

/** One hash tag: all of it lives in one slot of a Redis Cluster. */
export const key = {
  /** hash: issue key → "count:lastSeenMs", not yet claimed by the sync */
  pending: '{hotpath}:pending',
  /** the same, claimed and being cut into chunks */
  claimed: '{hotpath}:claimed',
  /** hash: chunk id → packed rows, on their way to MySQL */
  chunks: '{hotpath}:chunks',
  /** sorted set: chunk id by the moment of its claim, ms */
  chunkClaims: '{hotpath}:chunk-claims',
  /** set: fingerprints that have a row or a sample */
  known: '{hotpath}:known',
  /** hash: fingerprint → sample, until the row is in MySQL */
  samples: '{hotpath}:samples',
  /** hash: sender → "sequence:ms:reply" */
  senders: '{hotpath}:senders',
  idsNew: '{hotpath}:ids:new',
  idsOld: '{hotpath}:ids:old',
  /** hash: backlogEvents, pendingSinceMs, claimedSinceMs, idsSinceMs, epoch, chunks, released; by project backlogEvents:, tokens:, issues: */
  meta: '{hotpath}:meta',
};

/** Of `default` there is no field of its own: it is what the others leave of the sum. */
export function backlogOf(meta: Record<string, string>, project: string): number {
  if (project !== defaultProject) return Number(meta[`backlogEvents:${project}`] ?? 0);
  const others = Object.entries(meta).filter(([field]) => field.startsWith('backlogEvents:'));
  return others.reduce(
    (left, [, events]) => left - Number(events),
    Number(meta.backlogEvents ?? 0),
  );
}
