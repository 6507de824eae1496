import { setTimeout as pause } from 'node:timers/promises';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kill, killsOf, load, type Told } from './crash-schedule.js';

const schedules = 20;
const drainMsMax = 20_000;
const database = 'crash';

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

async function kill({ target, downMs }: Kill): Promise<void> {
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

/** One at a time, as one restart must end before the next kill begins. */
async function killAll(kills: readonly Kill[]): Promise<void> {
  const startedAt = performance.now();
  for (const next of kills) {
    await pause(Math.max(0, startedAt + next.atMs - performance.now()));
    await kill(next);
  }
}

async function stored(): Promise<Map<string, number>> {
  const connection = await createConnection(mysql.url(database));
  try {
    const [rows] = await connection.query('SELECT fingerprint, count FROM issues');
    const issues = rows as { fingerprint: string; count: number }[];
    return new Map(issues.map(({ fingerprint, count }) => [fingerprint, Number(count)]));
  } finally {
    await connection.end();
  }
}

/** Sentences about every issue whose count is out of bounds. */
function audit(told: Map<string, Told>, counts: Map<string, number>): string[] {
  return [...told].flatMap(([message, { acknowledged, unknown }]) => {
    const count = counts.get(fingerprintV1({ message })) ?? 0;
    const closed = acknowledged <= count && count <= acknowledged + unknown;
    return closed
      ? []
      : [`${message}: ${acknowledged} acknowledged, ${unknown} unknown, ${count} stored`];
  });
}

const sum = (told: Map<string, Told>, key: keyof Told) =>
  [...told.values()].reduce((total, issue) => total + issue[key], 0);

describe('kill -9 of API, worker or Redis under load', () => {
  test.each(Array.from({ length: schedules }, (_, i) => i + 1))(
    'seed %i: every acknowledged event is counted once and every refused one not at all',
    async (seed) => {
      const kills = killsOf(seed);
      const [told] = await Promise.all([load(seed, () => arm.url), killAll(kills)]);
      await arm.drained({ withinMs: drainMsMax });
      bitten.unsaid += sum(told, 'unknown') + sum(told, 'refused');
      expect(audit(told, await stored()), `kills ${JSON.stringify(kills)}`).toEqual([]);
      expect(sum(told, 'acknowledged')).toBeGreaterThan(20);
    },
    60_000,
  );

  test('the kills were felt: events were refused, left without an answer, acknowledged from a journal', () => {
    expect(bitten.unsaid).toBeGreaterThan(schedules);
    expect(bitten.replayed).toBeGreaterThan(schedules);
  });
});
