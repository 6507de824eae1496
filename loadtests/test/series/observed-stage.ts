/** Stores and what watches them, and arms under load in front of them: real, as in a study. */
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { k6Path } from '@hotpath/loadtests/rig/k6';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type Observers, startObservers } from '@hotpath/loadtests/rig/observers/observers';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import type { RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { startLoad } from '@hotpath/loadtests/run/k6-load';

export const run = 'observed';
const labels = { run, block: '1' };
const scenario = 'steady';
const seenMsMax = 20_000;

export interface Stage {
  readonly dir: RigDirectory;
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
  readonly observers: Observers;
}

export interface LoadShape {
  readonly ratePerSecond: number;
  readonly vus: number;
  readonly seconds: number;
}

export async function openStage(dir: RigDirectory): Promise<Stage> {
  const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  return { dir, mysql, redis, observers: await startObservers(dir, { mysql, redis }) };
}

/** With a database of its own; scraped when it resolves. */
export async function watchedArm(
  { dir, mysql, redis, observers }: Stage,
  name: 'naive' | 'async',
): Promise<Arm> {
  const database = `observed_${name}`;
  await mysql.createDatabase(database);
  const arm = await startArm(name, { dir, mysql, redis, database });
  observers.watchArm(arm, { ...labels, arm: name }, mysql.url(database));
  await observers.seen(arm);
  return arm;
}

/** Starts k6, which sends its series where the others are. Resolves with its end. */
export async function load(
  { dir, observers }: Stage,
  { name, url }: Arm,
  shape: LoadShape,
  kind: 'warm-up' | 'measured' = 'measured',
): Promise<{ ended: Promise<void> }> {
  const tags = { ...labels, arm: name, scenario };
  const { ended } = await startLoad(
    dir,
    await k6Path(),
    {
      ...{ name: `${name}-${kind}`, scenario, url, ...shape },
      ...{ seed: kind === 'warm-up' ? 2 : 1, introduce: kind === 'warm-up' },
      remoteWrite: { url: observers.prometheus.remoteWriteUrl, tags },
    },
    dir.directory('loads'),
  );
  return { ended };
}

/** Names the phase of the run, and resolves once Prometheus knows. */
export async function enter({ observers }: Stage, phase: string): Promise<void> {
  observers.enter({ ...labels, arm: 'naive', scenario, phase });
  await seen(observers, `hotpath_run_phase{phase="${phase}"}`);
}

/** Resolves once the query has an answer. */
export async function seen({ prometheus }: Observers, query: string): Promise<void> {
  await waitUntil(async () => (await prometheus.instant(query)).length > 0, {
    ...{ withinMs: seenMsMax, everyMs: 100, until: query },
  });
}
