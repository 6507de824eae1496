import type { ObserveKind } from '../config.js';
import {
  fetchObservers,
  findObservers,
  missingObservers,
  requireObserver,
} from '../rig/observers/observer-programs.js';
import { startObservers } from '../rig/observers/observers.js';
import { RigError } from '../rig/rig-error.js';
import type { WatchedBy } from './one-run.js';
import type { Progress } from './progress.js';
import type { RecordKeeper } from './record-keeper.js';
import type { Stores } from './stores.js';

/**
 * Starts what watches the rig. Null: it is not wanted, or is not here and can't be had; what is measured is
 * then as good and explains less, and the record says so.
 * @throws {RigError} when a part that is here does not start, or one that was asked for is not here
 */
export async function startWatching(
  kind: ObserveKind,
  stores: Stores,
  progress: Progress,
  keeper: RecordKeeper,
): Promise<WatchedBy | null> {
  if (kind === 'no') return null;
  const problem = await fetchedOr(progress);
  if (problem !== null && kind === 'yes') throw new RigError(`--observe yes: ${problem}`);
  if (problem !== null) {
    progress.say(`Not observed: ${problem}`);
    return null;
  }
  progress.enter('starting Prometheus and its exporters');
  const observers = await startObservers(stores.dir, stores);
  const found = await findObservers();
  const prometheus = found.find(({ name }) => name === 'prometheus')?.version ?? 'unknown';
  await keeper.keep({ versions: { ...keeper.record.versions, prometheus } });
  return { observers, recordId: keeper.record.id };
}

/** Null once all programs are here, else why they are not. */
async function fetchedOr(progress: Progress): Promise<string | null> {
  try {
    if (missingObservers().length > 0) {
      progress.enter('fetching Prometheus');
      await fetchObservers((line) => progress.say(line));
    }
    for (const name of missingObservers()) requireObserver(name);
    return null;
  } catch (error) {
    if (error instanceof RigError) return error.message;
    throw error;
  }
}
