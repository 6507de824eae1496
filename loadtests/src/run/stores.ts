import type { RigKind } from '../config.js';
import { type FaultName, slowFsyncMs } from '../faults.js';
import type { RecordHead } from '../record-head.js';
import { openRigDirectory, type RigDirectory } from '../rig/rig-directory.js';
import { studyRigDirectory } from '../rig/rig-paths.js';
import { askVersions, type Place, placeOf, type Servers, startServers } from '../rig/servers.js';
import { slowFsync } from '../rig/slow-fsync.js';
import type { RecordedCheck } from '../run-record.js';
import { checkSlowed } from './checks.js';
import { readDurability } from './durability.store.js';
import type { RecordKeeper } from './record-keeper.js';
import { timeSyncedWrites } from './synced-write.store.js';

/** What all arms of a study share: one directory, one MySQL, one Redis. */
export interface Stores extends Servers {
  readonly dir: RigDirectory;
  readonly place: Place;
  /** Of servers whose fsync was made slower: whether they are. Absent: they are as fast as the disk is. */
  readonly slowed?: RecordedCheck;
}

/** Every arm gets it empty; the name is that of nobody's database but ours. */
export const databaseName = 'hotpath_study';

/**
 * Starts private servers for a study.
 * @throws {RigError} when another study runs, a server does not start, or neither it nor Docker is here
 */
export async function startStores(
  kind: RigKind,
  rigDirectory: string | null,
  fault: FaultName | null,
): Promise<Stores> {
  const dir = await openStudyDirectory(rigDirectory);
  try {
    const place = await placeOf(kind);
    if (fault !== 'slow-fsync') {
      return { dir, place, ...(await startServers(place, dir)) };
    }
    const servers = await startServers(place, dir, await slowFsync(dir, slowFsyncMs));
    return { dir, place, slowed: checkSlowed(await timeSyncedWrites(servers)), ...servers };
  } catch (error) {
    await dir.close();
    throw error;
  }
}

type Introduced = RecordHead & { readonly plan: { readonly rig: string } };

/**
 * Makes the database, and puts on record where the servers run and what they say of themselves.
 * Throws what the drivers throw when one doesn't answer within 5 s.
 */
export async function introduceStores<R extends Introduced>(
  stores: Stores,
  keeper: RecordKeeper<R>,
): Promise<void> {
  const { mysql, redis, place } = stores;
  await mysql.createDatabase(databaseName);
  const durability = await readDurability(mysql.url(databaseName), redis.url);
  const { versions, plan } = keeper.record;
  await keeper.keep({
    durability,
    versions: { ...versions, ...(await askVersions(stores)) },
    plan: { ...plan, rig: place },
  } as Partial<R>);
}

/**
 * The same for all studies and runs, so that two never disturb each other.
 * @throws {RigError} when another one runs
 */
export function openStudyDirectory(rigDirectory: string | null): Promise<RigDirectory> {
  return openRigDirectory(rigDirectory ?? studyRigDirectory);
}
