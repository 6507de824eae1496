import { setTimeout as pause } from 'node:timers/promises';
import {
  type Kill,
  killAll,
  killsOf,
  load,
  openIssues,
  sumOf,
} from '@hotpath/contract/conformance/crash-schedule';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { outageName, outages } from '@hotpath/contract/outage-rows';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** As many as of the other arm: loadtests/test/chaos has more, of every kind of fault. */
const schedules = 4;
const drainMsMax = 20_000;
const database = 'crash';

/** outage: Redis, and while it is down and the API acknowledges from its journal, the API. */
type Target = 'api' | 'worker' | 'redis' | 'outage';
const downMsMax: Record<Target, number> = { api: 250, worker: 250, redis: 250, outage: 800 };

let dir: RigDirectory;
let mysql: MysqlServer;
let redis: RedisServer;
let arm: Arm;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('crash');
  [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  await mysql.createDatabase(database);
  const env = { SYNC_INTERVAL_MS: '300' };
  arm = await startArm('async', { dir, mysql, redis, database, env });
});

afterAll(() => dir.close());
const bitten = { unsaid: 0, replayed: 0 };

async function kill({ target, downMs }: Kill<Target>): Promise<void> {
  if (target === 'outage') return killBoth(downMs);
  const victim = target === 'redis' ? redis : target === 'api' ? arm.api : arm.worker;
  await victim?.kill('SIGKILL');
  await pause(downMs);
  await (target === 'redis' ? redis.restart() : arm.restart(target));
}

async function killBoth(downMs: number): Promise<void> {
  await redis.kill('SIGKILL');
  await pause(downMs / 2);
  await arm.api.kill('SIGKILL');
  await pause(downMs / 2);
  await Promise.all([redis.restart(), arm.restart('api')]);
  const metrics = await arm.metrics();
  bitten.replayed += metrics.get('hotpath_journal_batches_total{result="replayed"}') ?? 0;
}

describe(outageName(outages.async.anyKilled), () => {
  test.each(Array.from({ length: schedules }, (_, i) => i + 1))(
    'seed %i: every acknowledged event is counted once and every refused one not at all',
    async (seed) => {
      const kills = killsOf(seed, downMsMax);
      const [told] = await Promise.all([load(seed, () => arm.url), killAll(kills, kill)]);
      await arm.drained({ withinMs: drainMsMax });
      bitten.unsaid += sumOf(told, 'unknown') + sumOf(told, 'refused');
      const counts = await storedCounts(mysql.url(database));
      expect(openIssues(told, counts), `kills ${JSON.stringify(kills)}`).toEqual([]);
      expect(sumOf(told, 'acknowledged')).toBeGreaterThan(20);
    },
    60_000,
  );

  test('the kills were felt: events were refused, left without an answer, acknowledged from a journal', () => {
    expect(bitten.unsaid).toBeGreaterThan(schedules);
    expect(bitten.replayed).toBeGreaterThan(schedules);
  });
});
