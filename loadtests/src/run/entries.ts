import { type ArmName, armTraits, storesEvents } from '../arms.js';
import type { RecordedEntry } from '../run-record.js';
import type { StudyEntry } from '../study-entries.js';

const promises: Readonly<Record<ArmName, string>> = {
  floor: 'nothing: the same HTTP, validation and fingerprint, and a sink that forgets the event.',
  'floor-batched': 'nothing: as floor, with answers that leave in batches.',
  'floor-durable':
    'one small write for its whole batch is on disk in the Redis append-only file; the events are ' +
    'forgotten.',
  naive:
    'its transaction is on disk in MySQL; but two requests for one issue can write the same ' +
    'count, so acknowledged events get lost.',
  upsert:
    'its transaction is on disk in MySQL, each event counted exactly once; an event sent again ' +
    'because its answer got lost counts again.',
  'group-commit':
    'the transaction of its batch is on disk in MySQL, each event counted exactly once; an event ' +
    'sent again because its answer got lost counts again.',
  async:
    'its batch is on disk in the Redis append-only file; the worker adds it to MySQL soon after, ' +
    'each event exactly once.',
};

/** What the arm of a column promises, and so what its ledger is held to. */
export function entryOf({ label, arm, plantedShare }: StudyEntry): RecordedEntry {
  return {
    ...{ label, arm, promise: promises[arm] },
    ...{ exact: armTraits[arm].exact, storesEvents: storesEvents(arm) },
    ...(plantedShare !== undefined && { plantedShare }),
  };
}

/** Of a service that somebody else runs: nothing is known of it, so it is held to nothing. */
export function remoteEntry(url: string): RecordedEntry {
  const promise = 'not known: it is not ours, and what it stores is not read.';
  return { label: url, arm: 'remote', exact: false, storesEvents: false, promise };
}
