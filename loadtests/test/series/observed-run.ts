/** A short real run in which things go wrong, watched as a study is. */
import { join } from 'node:path';
import type { Observers } from '@hotpath/loadtests/rig/observers/observers';
import type { RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { enter, load, openStage, type Stage, seen, watchedArm } from './observed-stage.js';

const drainMsMax = 20_000;

export interface ObservedRun {
  readonly observers: Observers;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

const shapes = {
  // More than it can do, with few users: arrivals are dropped.
  naive: { ratePerSecond: 1_500, vus: 80, seconds: 9 },
  async: { ratePerSecond: 300, vus: 80, seconds: 9 },
} as const;

/** Both arms under load at once; Redis and MySQL are killed in the middle and started again. */
export async function observeRun(dir: RigDirectory): Promise<ObservedRun> {
  const stage = await openStage(dir);
  const startSeconds = Date.now() / 1_000;
  await enter(stage, 'starting');
  const start = async (name: 'naive' | 'async') => {
    const arm = await watchedArm(stage, name);
    return { arm, ...(await load(stage, arm, shapes[name])) };
  };
  await enter(stage, 'warm-up');
  const loads = await Promise.all([start('naive'), start('async')]);
  await enter(stage, 'measuring');
  await interrupt(stage);
  await Promise.all(loads.map(({ ended }) => ended));
  await Promise.all(loads.map(({ arm }) => arm.drained({ withinMs: drainMsMax })));
  return { observers: stage.observers, startSeconds, endSeconds: Date.now() / 1_000 };
}

/** Redis until async goes on without it, MySQL until naive fails; then until both are back. */
async function interrupt({ mysql, redis, observers }: Stage): Promise<void> {
  await seen(observers, 'count(rate(hotpath_events_total{outcome="counted"}[4s]) > 20) == 2');
  const redisOut = async () => {
    await redis.kill('SIGKILL');
    await seen(observers, 'hotpath_mode{mode="degraded"} == 1');
    await seen(observers, 'rate(hotpath_probe_failures_total{store="redis"}[4s]) > 0');
    await redis.restart();
    await seen(observers, 'hotpath_mode{mode="normal"} == 1');
  };
  const mysqlOut = async () => {
    await mysql.kill('SIGKILL');
    const failures = 'hotpath_events_total{arm="naive",outcome=~"failed|shed"}';
    await seen(observers, `rate(${failures}[4s]) > 0`);
    await mysql.restart();
  };
  await Promise.all([redisOut(), mysqlOut()]);
}

export const dashboardsDirectory = join(import.meta.dirname, '../../../grafana/dashboards');
