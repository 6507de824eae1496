/**
 * One project at ten times its rate, two within theirs, against one arm: first the two alone, then with the
 * flood. What is asked: does a flood of one cost the others anything?
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OutcomeLetter, outcomeLetters } from '../../k6/outcome.js';
import type { ArmName } from '../arms.js';
import { startArm } from '../rig/arm.js';
import { startMysql } from '../rig/mysql-server.js';
import { startRedis } from '../rig/redis-server.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { startLoad } from '../run/k6-load.js';
import { RawLog } from '../run/raw-log.js';
import type { OutcomeCounts } from '../statistics/outcome-balance.js';
import { percentile } from '../statistics/percentile.js';
import { readProjectCounts } from './project-counts.store.js';

export const projectNames = ['flooder', 'left', 'right'] as const;
export type ProjectName = (typeof projectNames)[number];

const database = 'hotpath_neighbours';
const drainMsMax = 60_000;

export interface NeighboursOptions {
  readonly arm: ArmName;
  /** Events a second that each project may send. */
  readonly ratePerSecond: number;
  readonly floodTimes: number;
  /** Of each of the two loads. */
  readonly seconds: number;
  readonly seed: number;
}

export interface ProjectLoad {
  readonly outcomes: OutcomeCounts;
  /** Of what was acknowledged. */
  readonly p95Ms: number | null;
  /** Of what was refused. */
  readonly refusedP95Ms: number | null;
}

export type Loads = Readonly<Partial<Record<ProjectName, ProjectLoad>>>;

export interface Neighbours {
  readonly options: NeighboursOptions;
  readonly warmUp: Loads;
  readonly alone: Loads;
  readonly flooded: Loads;
  /** Events that the service says it has refused with 429, over both loads. */
  readonly limited: Readonly<Record<ProjectName, number>>;
  /** In MySQL, after the drain. */
  readonly stored: ReadonlyMap<string, number>;
}

/** @throws {RigError} when a server, the arm or k6 fails, or the arm does not drain within 60 s */
export async function performNeighbours(
  options: NeighboursOptions,
  dir: RigDirectory,
  k6: string,
  signal: AbortSignal,
): Promise<Neighbours> {
  const { arm: name, ratePerSecond } = options;
  const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  await mysql.createDatabase(database);
  // k6 adds to a raw log that it finds.
  const place = await mkdtemp(join(dir.directory('neighbours'), 'run-'));
  const keys = projectNames.map(() => randomBytes(18).toString('base64url'));
  const file = join(place, 'projects.json');
  await writeFile(file, JSON.stringify(projectsFile(keys, ratePerSecond)), { mode: 0o600 });
  const env = { PROJECTS_FILE: file };
  const arm = await startArm(name, { dir, mysql, redis, database, env });
  const load = async (phase: string, floodTimes: number, seed: number): Promise<Loads> => {
    signal.throwIfAborted();
    const settings = { HOTPATH_KEYS: keys.join(','), HOTPATH_FLOOD: String(floodTimes) };
    const { seconds } = options;
    const running = await startLoad(
      dir,
      k6,
      {
        ...{ name: phase, scenario: 'neighbours', url: arm.url, seed, ratePerSecond, seconds },
        ...{ vus: null, introduce: false, settings },
      },
      place,
    );
    await running.ended;
    return loadsIn(await readFile(running.files.raw, 'latin1'));
  };
  const warmUp = await load('warm-up', 1, options.seed);
  const alone = await load('alone', 0, options.seed + 1);
  const before = await limitedBy(() => arm.metrics());
  const flooded = await load('flooded', options.floodTimes, options.seed + 2);
  const after = await limitedBy(() => arm.metrics());
  await arm.drained({ withinMs: drainMsMax });
  const stored = await readProjectCounts(mysql.url(database));
  await arm.stop();
  const limited = Object.fromEntries(
    projectNames.map((project) => [project, after[project] - before[project]]),
  ) as Record<ProjectName, number>;
  return { options, warmUp, alone, flooded, limited, stored };
}

function projectsFile(keys: readonly string[], eventsPerSecond: number) {
  return {
    projects: projectNames.map((name, i) => ({
      ...{ name, ingestKeys: [keys[i]], readTokens: [], eventsPerSecond },
    })),
  };
}

async function limitedBy(metrics: () => Promise<ReadonlyMap<string, number>>) {
  const page = await metrics();
  return Object.fromEntries(
    projectNames.map((project) => [
      project,
      page.get(`hotpath_limited_events_total{project="${project}"}`) ?? 0,
    ]),
  ) as Record<ProjectName, number>;
}

const isLetter = (text: string): text is OutcomeLetter =>
  (outcomeLetters as readonly string[]).includes(text);

/** The raw log of this scenario: each line begins with its project. Throws on any that is none. */
export function loadsIn(text: string): Loads {
  const logs = new Map<string, RawLog>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [project = '', index, letter = '', startMs, durationMs] = line.split(' ');
    if (durationMs === undefined || !isLetter(letter)) throw new Error(`no line of a log: ${line}`);
    const log = logs.get(project) ?? new RawLog();
    log.add(Number(index), letter, Number(startMs), Number(durationMs));
    logs.set(project, log);
  }
  return Object.fromEntries(
    [...logs].map(([project, log]) => [
      project,
      {
        outcomes: log.outcomes(),
        p95Ms: percentile(log.durationsMs(['c', 'd']), 0.95),
        refusedP95Ms: percentile(log.durationsMs(['s']), 0.95),
      },
    ]),
  );
}
