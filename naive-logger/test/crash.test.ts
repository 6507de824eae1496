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
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const schedules = 4;
const drainMsMax = 20_000;
const database = 'crash';
type Target = 'api' | 'mysql';
const downMsMax: Record<Target, number> = { api: 250, mysql: 250 };

const lost = { issues: 0 };
let dir: RigDirectory;
let mysql: MysqlServer;
let arm: Arm;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('naive-crash');
  mysql = await startMysql(dir);
  await mysql.createDatabase(database);
  const redis = { url: inject('stores').redisUrl }; // given to every arm; this one has no use for it
  arm = await startArm('naive', { dir, mysql, redis, database });
});

afterAll(() => dir.close());

async function kill({ target, downMs }: Kill<Target>): Promise<void> {
  const victim = target === 'mysql' ? mysql : arm.api;
  await victim.kill('SIGKILL');
  await pause(downMs);
  await (target === 'mysql' ? mysql.restart() : arm.restart('api'));
}

describe('kill -9 of API or MySQL under load', () => {
  test.each(Array.from({ length: schedules }, (_, i) => i + 1))(
    'seed %i: every acknowledged issue is there',
    async (seed) => {
      const kills = killsOf(seed, downMsMax);
      const [told] = await Promise.all([load(seed, () => arm.url), killAll(kills, kill)]);
      await arm.drained({ withinMs: drainMsMax });
      const open = openIssues(told, await storedCounts(mysql.url(database)));
      expect(open.filter(({ stored }) => stored === 0)).toEqual([]);
      lost.issues += open.filter(({ acknowledged, stored }) => stored < acknowledged).length;
      expect(sumOf(told, 'acknowledged')).toBeGreaterThan(0); // else nothing was tried
    },
    60_000,
  );

  // Over all seeds: a retry counts twice here, and may fill the gap that another request has left.
  test('acknowledged events of them are not', () => expect(lost.issues).toBeGreaterThan(0));
});
