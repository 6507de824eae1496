import { missingObservers, observerRemedy } from '../rig/observers/observer-programs.js';
import { startObservers } from '../rig/observers/observers.js';
import type { WatchedBy } from './one-run.js';
import type { Progress } from './progress.js';
import type { RecordKeeper } from './record-keeper.js';
import type { Stores } from './stores.js';

/**
 * Starts what watches the rig, if it is here: a study is one without it too, and its record says so.
 * @throws {RigError} when a part that is here does not start
 */
export async function startWatching(
  stores: Stores,
  progress: Progress,
  keeper: RecordKeeper,
): Promise<WatchedBy | null> {
  const missing = missingObservers();
  if (missing.length > 0) {
    progress.say(`Not observed: ${missing.join(', ')} missing. ${observerRemedy()}`);
    return null;
  }
  progress.enter('starting Prometheus and its exporters');
  const observers = await startObservers(stores.dir, stores);
  return { observers, recordId: keeper.record.id };
}
