import { startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { sweepAbandonedRigs } from '@hotpath/loadtests/rig/rig-sweep';
import { type SharedStores, sharedRedisDatabases } from '@hotpath/loadtests/rig/shared-stores';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** `takeStores(inject('stores'), 'name')` gives a test file a database in both servers. */
    stores: SharedStores;
  }
}

/** One MariaDB and one Redis for the whole suite. Tests that kill a server start their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const swept = await sweepAbandonedRigs();
  if (swept.length > 0) console.error(`ended what a crashed run had left: ${swept.join(', ')}`);
  const rig = await openTemporaryRigDirectory('suite');
  // Inherited by the workers: the rigs of their tests then lie in this one, and end with it.
  process.env.HOTPATH_TEST_SUITE = rig.path;
  try {
    const [mysql, redis] = await Promise.all([
      startMysql(rig),
      startRedis(rig, { settings: [`databases ${sharedRedisDatabases}`] }),
    ]);
    project.provide('stores', { mysqlUrl: mysql.url(''), redisUrl: redis.url });
  } catch (error) {
    await rig.close();
    throw error;
  }
  return () => rig.close();
}
