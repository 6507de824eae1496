/** A short real run in which things go wrong, watched as a study is. */
import { join } from 'node:path';
import { startArm } from '@hotpath/loadtests/rig/arm';
import { k6Path } from '@hotpath/loadtests/rig/k6';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type Observers, startObservers } from '@hotpath/loadtests/rig/observers/observers';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import type { RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { startLoad } from '@hotpath/loadtests/run/k6-load';

const scenario = 'steady';
const labels = { run: 'observed', block: '1' };
const loadSeconds = 9;
const waitMsMax = 20_000;

export interface ObservedRun {
  readonly observers: Observers;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

const arms = {
  // More than it can do, with few users: arrivals are dropped.
  naive: { ratePerSecond: 1_500, vus: 80 },
  async: { ratePerSecond: 300, vus: 80 },
} as const;
type ArmName = keyof typeof arms;

/** Both arms under load at once; Redis and MySQL are killed in the middle and started again. */
export async function observeRun(dir: RigDirectory): Promise<ObservedRun> {
  const [mysql, redis, k6] = await Promise.all([startMysql(dir), startRedis(dir), k6Path()]);
  const observers = await startObservers(dir, { mysql, redis });
  const startSeconds = Date.now() / 1_000;
  await enter(observers, 'starting');
  const load = async (name: ArmName) => {
    const database = `observed_${name}`;
    await mysql.createDatabase(database);
    const arm = await startArm(name, { dir, mysql, redis, database });
    observers.watchArm(arm, { ...labels, arm: name }, mysql.url(database));
    await observers.seen(arm);
    const { ended } = await startLoad(
      dir,
      k6,
      {
        ...{ name, scenario, url: arm.url, seed: 1, seconds: loadSeconds, introduce: false },
        ...arms[name],
        remoteWrite: {
          url: observers.prometheus.remoteWriteUrl,
          tags: { ...labels, arm: name, scenario },
        },
      },
      dir.directory('loads'),
    );
    return { arm, ended };
  };
  await enter(observers, 'warm-up');
  const loads = await Promise.all([load('naive'), load('async')]);
  await enter(observers, 'measuring');
  await interrupt({ mysql, redis }, observers);
  await Promise.all(loads.map(({ ended }) => ended));
  await Promise.all(loads.map(({ arm }) => arm.drained({ withinMs: waitMsMax })));
  return { observers, startSeconds, endSeconds: Date.now() / 1_000 };
}

/** Redis until async goes on without it, MySQL until naive fails; then until both are back. */
async function interrupt(
  { mysql, redis }: { mysql: MysqlServer; redis: RedisServer },
  { prometheus }: Observers,
): Promise<void> {
  const until = (query: string) =>
    waitUntil(async () => (await prometheus.instant(query)).length > 0, {
      ...{ withinMs: waitMsMax, everyMs: 100, until: query },
    });
  const receipts = 'rate(hotpath_events_total{outcome="counted"}[4s]) > 20';
  await until(`count(${receipts}) == 2`);
  const redisOut = async () => {
    await redis.kill('SIGKILL');
    await until('hotpath_mode{mode="degraded"} == 1');
    await until('rate(hotpath_probe_failures_total{store="redis"}[4s]) > 0');
    await redis.restart();
    await until('hotpath_mode{mode="normal"} == 1');
  };
  const mysqlOut = async () => {
    await mysql.kill('SIGKILL');
    await until('rate(hotpath_events_total{arm="naive",outcome=~"failed|shed"}[4s]) > 0');
    await mysql.restart();
  };
  await Promise.all([redisOut(), mysqlOut()]);
}

/** Resolves once Prometheus knows. */
async function enter(observers: Observers, phase: string): Promise<void> {
  observers.enter({ ...labels, arm: 'naive', scenario, phase });
  await waitUntil(
    async () =>
      (await observers.prometheus.instant(`hotpath_run_phase{phase="${phase}"}`)).length > 0,
    { withinMs: waitMsMax, everyMs: 100, until: `${phase} is seen` },
  );
}

export const dashboardsDirectory = join(import.meta.dirname, '../../../grafana/dashboards');
