import type { RecordedEntry } from '../run-record.js';
import type { StudyEntry } from '../study-config.js';

const promises: Record<StudyEntry['arm'], Omit<RecordedEntry, 'label' | 'arm'>> = {
  floor: {
    exact: false,
    storesEvents: false,
    promise:
      'nothing: the same HTTP, validation and fingerprint, and a sink that forgets the event.',
  },
  'floor-batched': {
    exact: false,
    storesEvents: false,
    promise: 'nothing: as floor, with answers that leave in batches.',
  },
  naive: {
    exact: false,
    storesEvents: true,
    promise:
      'its transaction is on disk in MySQL; but two requests for one issue can write the same ' +
      'count, so acknowledged events get lost.',
  },
  async: {
    exact: true,
    storesEvents: true,
    promise:
      'its batch is on disk in the Redis append-only file; the worker adds it to MySQL soon after, ' +
      'each event exactly once.',
  },
};

/** What the arm of a column promises, and so what its ledger is held to. */
export function entryOf({ label, arm }: StudyEntry): RecordedEntry {
  return { label, arm, ...promises[arm] };
}

/** Of a service that somebody else runs: nothing is known of it, so it is held to nothing. */
export function remoteEntry(url: string): RecordedEntry {
  const promise = 'not known: it is not ours, and what it stores is not read.';
  return { label: url, arm: 'remote', exact: false, storesEvents: false, promise };
}
