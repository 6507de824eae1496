/** Servers whose fsync takes longer, against the same servers as they are. */

import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { RigError } from '@hotpath/loadtests/rig/rig-error';
import { startServers } from '@hotpath/loadtests/rig/servers';
import { slowFsync } from '@hotpath/loadtests/rig/slow-fsync';
import { checkSlowed } from '@hotpath/loadtests/run/checks';
import { timeSyncedWrites } from '@hotpath/loadtests/run/synced-write.store';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Far above what any disk here takes, so that a busy one can't pass for a slowed one. */
const delayMs = 15;

let dir: RigDirectory;

beforeEach(async () => {
  dir = await openTemporaryRigDirectory('slow-fsync');
});

afterEach(() => dir.close());

test('each write to MySQL and to Redis waits for its slower fsync, and without it does not', async () => {
  const slow = await startServers('native', dir, await slowFsync(dir, delayMs));
  const slowed = await timeSyncedWrites(slow);
  expect(slowed.mysqlMs).toBeGreaterThan(delayMs);
  expect(slowed.redisMs).toBeGreaterThan(delayMs);
  await Promise.all([slow.mysql.stop(), slow.redis.stop()]);
  const asIs = await timeSyncedWrites(await startServers('native', dir));
  expect(asIs.mysqlMs).toBeLessThan(delayMs);
  expect(asIs.redisMs).toBeLessThan(delayMs);
});

test('a fault that slowed one server only is void', () => {
  expect(checkSlowed({ mysqlMs: 6, redisMs: 2.1 }).holds).toBe(true);
  expect(checkSlowed({ mysqlMs: 6, redisMs: 0.9 })).toMatchObject({
    holds: false,
    seen: 'a write takes 6.0 ms in MySQL, 0.9 ms in Redis',
  });
});

test('servers in compose can not be slowed, and are not silently left as they are', async () => {
  await expect(startServers('compose', dir, { LD_PRELOAD: 'x' })).rejects.toThrow(RigError);
});
