import type { Unsynced } from './counter.store.js';

/** Rows and deltas that belong together, and which chunks the rows have in them. */
export interface Moment<T> {
  readonly read: T;
  readonly unsynced: Unsynced;
  readonly applied: ReadonlySet<string>;
}

/** @param i the place among those asked for */
export function unsyncedOf(moment: Moment<unknown>, fingerprint: string, i: number): number {
  let events = moment.unsynced.pending[i] ?? 0;
  for (const { id, rows } of moment.unsynced.chunks) {
    if (moment.applied.has(id)) continue;
    events += rows.find((row) => row.fingerprint === fingerprint)?.count ?? 0;
  }
  return events;
}
