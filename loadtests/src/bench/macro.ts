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
  readonly connections: number;
  readonly seed: number;
  /** Where a CPU profile of each window goes; the directory must exist. Null: none is taken. */
  readonly profileDirectory?: string | null;
}

export type MacroProcess = 'api' | 'worker' | 'mysql' | 'redis';

/** What warm-up and window have left behind, held against what was answered. Events. */
export interface MacroLedger {
  readonly acknowledged: number;
  /** Sent and neither acknowledged: under way at the end of a load, refused, or lost with a connection. */
  readonly unknown: number;
  readonly stored: number;
  readonly lost: number;
  readonly surplus: number;
}

/** One arm in one round. */
export interface MacroSide {
  readonly round: number;
  readonly arm: ArmName;
  readonly window: WrkResult;
  /** 2xx in the window. */
  readonly acknowledged: number;
  readonly acknowledgedPerSecond: number;
  /** CPU of window and drain by process, per acknowledged event of the window. */
  readonly cpuMicrosecondsPerEvent: Readonly<Partial<Record<MacroProcess, number>>>;
  readonly drainMs: number;
  /** Cores that neither the arm nor wrk used, idle left out: what others took meanwhile. */
  readonly othersCores: number;
  /** Null: the arm stores nothing. */
  readonly ledger: MacroLedger | null;
}

export interface MacroTools extends Servers {
  readonly dir: RigDirectory;
  readonly signal: AbortSignal;
  readonly onSide: (side: MacroSide) => void;
  /** What is being waited for. */
  readonly onNote: (note: string) => void;
}

/**
 * Every arm once a round, in drawn order, each on empty stores with fresh processes.
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
    for (const arm of order as readonly ArmName[]) {
      tools.signal.throwIfAborted();
      told = false;
      await calm.wait();
      const side = await performSide({ round: number, arm, bodies }, options, tools);
      sides.push(side);
      tools.onSide(side);
    }
  }
  return sides;
}

interface SidePlan {
  readonly round: number;
  readonly arm: ArmName;
  readonly bodies: BodiesFile;
}

async function performSide(
  { round, arm: name, bodies }: SidePlan,
  { seconds, warmUpSeconds, connections, profileDirectory = null }: MacroOptions,
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
  const stored = storesEvents(name) ? sumOf(await readStoredCounts(mysql.url(database))) : null;
  await arm.stop();
  const death = dir.deaths[deathsBefore];
  if (death !== undefined) throw new RigError(`${death.name} died while ${name} was loaded`);
  const acknowledged = acknowledgedOf(window);
  const perEvent = Object.entries(processes).map(([process]) => {
    const used = (after[process] ?? 0) - (before[process] ?? 0);
    return [process, used / Math.max(1, acknowledged)];
  });
  return {
    ...{ round, arm: name, window, acknowledged, drainMs, othersCores },
    acknowledgedPerSecond: acknowledged / window.seconds,
    cpuMicrosecondsPerEvent: Object.fromEntries(perEvent),
    ledger: stored === null ? null : ledgerOf([warmedUp, window], stored),
  };
}

/** Every id is sent once, so sums tell: whatever is neither acknowledged nor unknown must not be there. */
export function ledgerOf(loads: readonly WrkResult[], stored: number): MacroLedger {
  const acknowledged = loads.reduce((sum, load) => sum + acknowledgedOf(load), 0);
  const unknown = loads.reduce((sum, load) => sum + load.sent - acknowledgedOf(load), 0);
  const lost = Math.max(0, acknowledged - stored);
  const surplus = Math.max(0, stored - acknowledged - unknown);
  return { acknowledged, unknown, stored, lost, surplus };
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
