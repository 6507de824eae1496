/** Whole arms, saturated: how many events a second each acknowledges when nobody ever pauses. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type ArmName, armTraits, storesEvents } from '../arms.js';
import { readStoredCounts } from '../ledger/issues.store.js';
import { type Arm, startArm } from '../rig/arm.js';
import { costOf, idleShare, readHostCpu } from '../rig/host.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { RigError } from '../rig/rig-error.js';
import type { Servers } from '../rig/servers.js';
import { CalmWaiter } from '../run/calm.js';
import { planBlocks } from '../run/plan.js';
import type { MacroLedger, MacroProcess, MacroSide } from './bench-record.js';
import { type BodiesFile, writeBodies } from './bodies.js';
import { ProfileFile } from './recorded-profile.js';
import { runWrk, type WrkResult } from './wrk-load.js';

/** Unless others are asked for. */
export const macroArms: readonly ArmName[] = [
  'floor',
  'floor-batched',
  'floor-durable',
  'naive',
  'async',
];
const database = 'hotpath_bench';
/** At 10,000 events/s the worker may be a good while behind. */
const drainMsMax = 60_000;

export interface MacroOptions {
  readonly arms: readonly ArmName[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  /** Users without think time; every arm meets each of these numbers in every round. */
  readonly connections: readonly number[];
  readonly seed: number;
  /** Where a CPU profile of each window goes; the directory must exist. Null: none is taken. */
  readonly profileDirectory?: string | null;
}

export interface MacroTools extends Servers {
  readonly dir: RigDirectory;
  readonly signal: AbortSignal;
  readonly onSide: (side: MacroSide) => Promise<void>;
  /** What is being waited for. */
  readonly onNote: (note: string) => void;
}

/**
 * Every arm once a round and number of connections, in drawn order, each on empty stores with fresh processes.
 * @throws {RigError} when a server, an arm or wrk fails, or an arm does not drain within 60 s
 */
export async function performMacro(options: MacroOptions, tools: MacroTools): Promise<MacroSide[]> {
  const sides: MacroSide[] = [];
  let told = false;
  const tellOnce = (note: string) => {
    if (!told) tools.onNote(`waiting for calm: ${note}`);
    told = true;
  };
  const calm = new CalmWaiter({ note: tellOnce });
  for (const { number, order, seeds } of planBlocks(options.seed, options.arms, options.rounds)) {
    const path = join(tools.dir.directory('wrk'), 'bodies');
    const bodies = await writeBodies(path, seeds.measured);
    const round = options.connections.flatMap((connections) =>
      (order as readonly ArmName[]).map((arm) => ({ round: number, arm, connections, bodies })),
    );
    for (const plan of round) {
      tools.signal.throwIfAborted();
      told = false;
      await calm.wait();
      const side = await performSide(plan, options, tools);
      sides.push(side);
      await tools.onSide(side);
    }
  }
  return sides;
}

interface SidePlan {
  readonly round: number;
  readonly arm: ArmName;
  readonly connections: number;
  readonly bodies: BodiesFile;
}

async function performSide(
  { round, arm: name, connections, bodies }: SidePlan,
  { seconds, warmUpSeconds, profileDirectory = null }: MacroOptions,
  { dir, mysql, redis }: MacroTools,
): Promise<MacroSide> {
  await Promise.all([mysql.createDatabase(database), redis.flush()]);
  const deathsBefore = dir.deaths.length;
  const profile = profileDirectory === null ? null : new ProfileFile(profileDirectory, name, round);
  const env = profile?.env ?? {};
  const arm = await startArm(name, { dir, mysql, redis, database, env });
  const load = { url: arm.url, bodies: bodies.path, connections };
  const { warmUp, measured } = bodies.firstLine;
  const warmedUp = await runWrk(dir, {
    ...{ ...load, name: 'warm-up', firstLine: warmUp, seconds: warmUpSeconds },
  });
  // What the warm-up leaves undone would be charged to the window.
  await arm.drained({ withinMs: drainMsMax });
  await profile?.start(arm.api);
  const processes = processesOf(arm, { mysql, redis });
  const before = cpuOf(processes);
  const watch = watchOthers(processes);
  const window = await runWrk(dir, { ...load, name: 'measured', firstLine: measured, seconds });
  const othersCores = watch.stop(window.cpuSeconds);
  await profile?.stop(arm.api);
  const drainMs = await arm.drained({ withinMs: drainMsMax });
  const after = cpuOf(processes);
  const kept = await keptEvents(arm, mysql.url(database));
  await arm.stop();
  const death = dir.deaths[deathsBefore];
  if (death !== undefined) throw new RigError(`${death.name} died while ${name} was loaded`);
  const acknowledged = acknowledgedOf(window);
  const perEvent = Object.entries(processes).map(([process]) => {
    const used = (after[process] ?? 0) - (before[process] ?? 0);
    return [process, used / Math.max(1, acknowledged)];
  });
  return {
    ...{ round, arm: name, connections, window, acknowledged, drainMs, othersCores },
    acknowledgedPerSecond: acknowledged / window.seconds,
    cpuMicrosecondsPerEvent: Object.fromEntries(perEvent),
    ledger: kept && ledgerOf([warmedUp, window], kept),
  };
}

export interface KeptEvents {
  readonly counted: number;
  readonly stored: number;
}

/** Of an arm that is drained. Null: it stores nothing. Throws what mysql2 throws, RigError without the API's page. */
export async function keptEvents(arm: Arm, databaseUrl: string): Promise<KeptEvents | null> {
  if (!storesEvents(arm.name)) return null;
  const page = await arm.metrics();
  return {
    counted: page.get('hotpath_events_total{outcome="counted"}') ?? 0,
    stored: sumOf(await readStoredCounts(databaseUrl)),
  };
}

/**
 * Every id is sent once, so sums tell. wrk alone would leave as many losses unseen as there were requests under
 * way when it stopped; the service knows their fate, and what it says must agree with what wrk saw.
 */
export function ledgerOf(
  loads: readonly WrkResult[],
  { counted, stored }: KeptEvents,
): MacroLedger {
  const acknowledged = loads.reduce((sum, load) => sum + acknowledgedOf(load), 0);
  const unknown = loads.reduce((sum, load) => sum + load.sent - acknowledgedOf(load), 0);
  const lost = Math.max(0, Math.max(acknowledged, counted) - stored);
  const surplus = Math.max(0, stored - Math.min(counted, acknowledged + unknown));
  return { acknowledged, unknown, counted, stored, lost, surplus };
}

function acknowledgedOf({ answered, refused }: WrkResult): number {
  return answered - refused;
}

function processesOf(arm: Arm, { mysql, redis }: Servers): Partial<Record<MacroProcess, number>> {
  const servers = { mysql: mysql.process.pid, redis: redis.process.pid };
  return {
    api: arm.api.pid,
    ...(arm.worker && { worker: arm.worker.pid }),
    ...Object.fromEntries(armTraits[arm.name].keepsIn.map((name) => [name, servers[name]])),
  };
}

/** Microseconds so far. @throws {RigError} when one of them is gone */
function cpuOf(processes: Partial<Record<MacroProcess, number>>): Record<string, number> {
  const used = Object.entries(processes).map(([name, pid]) => {
    const cost = costOf([pid]);
    if (cost === null) throw new RigError(`${name} (pid ${pid}) is gone`);
    return [name, cost.cpuMicroseconds] as const;
  });
  return Object.fromEntries(used);
}

/** Of the window alone, not of the drain. */
function watchOthers(processes: Partial<Record<MacroProcess, number>>) {
  const start = performance.now();
  const hostBefore = readHostCpu();
  const before = total(cpuOf(processes));
  return {
    stop: (generatorSeconds: number): number => {
      const seconds = (performance.now() - start) / 1_000;
      const busyCores = (1 - idleShare(hostBefore, readHostCpu())) * cpus().length;
      const ownSeconds = (total(cpuOf(processes)) - before) / 1_000_000 + generatorSeconds;
      return Math.max(0, busyCores - ownSeconds / seconds);
    },
  };
}

function total(used: Readonly<Record<string, number>>): number {
  return Object.values(used).reduce((sum, micros) => sum + micros, 0);
}

/** Events stored. */
export function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
