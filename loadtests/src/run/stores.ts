import { join } from 'node:path';
import type { RigKind } from '../config.js';
import { type MysqlServer, startMysql } from '../rig/mysql-server.js';
import { type RedisServer, startRedis } from '../rig/redis-server.js';
import { openRigDirectory, type RigDirectory } from '../rig/rig-directory.js';
import { RigError } from '../rig/rig-error.js';
import { rigRoot } from '../rig/rig-paths.js';

/** What all arms of a study share: one directory, one MySQL, one Redis. */
export interface Stores {
  readonly dir: RigDirectory;
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
}

/** Every arm gets it empty; the name is that of nobody's database but ours. */
export const databaseName = 'hotpath_study';

/**
 * Starts private servers for a study.
 * @throws {RigError} when another study runs, a server does not start, or the rig isn't a native one
 */
export async function startStores(kind: RigKind, rigDirectory: string | null): Promise<Stores> {
  if (kind === 'compose') {
    throw new RigError(
      'a study needs processes that it can start and stop itself, so it runs on the native rig only; ' +
        'to load what compose runs: ./hotpath run steady --url http://127.0.0.1:3002',
    );
  }
  const dir = await openStudyDirectory(rigDirectory);
  const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  return { dir, mysql, redis };
}

/**
 * The same for all studies and runs, so that two never disturb each other.
 * @throws {RigError} when another one runs
 */
export function openStudyDirectory(rigDirectory: string | null): Promise<RigDirectory> {
  return openRigDirectory(rigDirectory ?? join(rigRoot, 'study'));
}
