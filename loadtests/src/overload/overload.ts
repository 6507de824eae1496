/**
 * More than the async arm takes, for a while. Its capacity is set by its store, made slow, and by the bound on
 * events in flight, made low: so ten times as much can come from one machine that also runs the arm, and leaves
 * the arm CPU to refuse it. Where that CPU is the bottleneck nothing like it can be promised: refusing takes
 * half as much of it as counting.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { writeBodies } from '../bench/bodies.js';
import { runWrk, type WrkResult } from '../bench/wrk-load.js';
import { readStoredCounts } from '../ledger/issues.store.js';
import { startArm } from '../rig/arm.js';
import { startMysql } from '../rig/mysql-server.js';
import { rssBytesOf } from '../rig/proc.js';
import { startRedis } from '../rig/redis-server.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { slowFsync } from '../rig/slow-fsync.js';
import { type Probed, probe } from './prober.js';

const database = 'hotpath_overload';
const drainMsMax = 60_000;
/** Few enough to fit beside half of the bound. */
const probesPerSecond = 50;
/** A little more than is promised for, as the clients of a flood are slowed by it. */
const floodTimes = 12;
const rssEveryMs = 100;

export interface OverloadOptions {
  /** Of the flood. Whole seconds, as wrk knows no others. */
  readonly seconds: number;
  /** Of each phase around it. */
  readonly besideSeconds: number;
  /** Bound on events in flight: so many connections fill it, and no more. */
  readonly boundEvents: number;
  /** Connections of the flood; each pauses so long that together they offer 12 × capacity. */
  readonly floodConnections: number;
  /** More for each fsync of Redis, 0 for none. */
  readonly fsyncMs: number;
  readonly seed: number;
}

export interface OverloadPhase {
  readonly name: 'normal' | 'capacity' | 'flood' | 'after';
  readonly load: WrkResult;
  readonly probed: Probed;
  /** Of load and probe together, a second. */
  readonly acceptedPerSecond: number;
  readonly offeredPerSecond: number;
  /** Resident memory of the API: the largest seen. */
  readonly rssBytesMax: number;
}

export interface Overload {
  readonly phases: readonly OverloadPhase[];
  readonly drainMs: number;
  readonly ledger: { acknowledged: number; unknown: number; stored: number };
}

/** @throws {RigError} when a server, the arm or wrk fails, or the arm does not drain within 60 s */
export async function performOverload(
  options: OverloadOptions,
  dir: RigDirectory,
  signal: AbortSignal,
): Promise<Overload> {
  const { boundEvents, floodConnections, seconds, besideSeconds, fsyncMs, seed } = options;
  const env = fsyncMs > 0 ? await slowFsync(dir, fsyncMs) : {};
  const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir, { env })]);
  await mysql.createDatabase(database);
  const arm = await startArm('async', {
    ...{ dir, mysql, redis, database, env: { IN_FLIGHT_EVENTS_MAX: String(boundEvents) } },
  });
  const bodies = await writeBodies(`${dir.directory('wrk')}/bodies`, seed);
  const phases: OverloadPhase[] = [];
  const common = { url: arm.url, bodies: bodies.path };
  const warmedUp = await runWrk(dir, {
    ...{ ...common, name: 'warm-up', firstLine: bodies.firstLine.warmUp },
    ...{ connections: boundEvents, seconds: besideSeconds },
  });
  const perform = async (
    name: OverloadPhase['name'],
    connections: number,
    lasting: { seconds: number; pauseMs?: number },
  ): Promise<OverloadPhase> => {
    signal.throwIfAborted();
    const done = new AbortController();
    const watching = watchRss(arm.api.pid, done.signal);
    const probing = probe(arm.url, probesPerSecond, done.signal);
    const firstLine = bodies.firstLine.measured;
    const result = await runWrk(dir, { ...common, name, firstLine, connections, ...lasting });
    done.abort();
    const phase = phaseOf(name, result, await probing, await watching);
    phases.push(phase);
    return phase;
  };
  const half = Math.max(1, Math.floor(boundEvents / 2));
  const beside = { seconds: besideSeconds };
  await perform('normal', half, beside);
  const { acceptedPerSecond } = await perform('capacity', boundEvents, beside);
  const pauseMs = Math.round((1_000 * floodConnections) / (floodTimes * acceptedPerSecond));
  await perform('flood', floodConnections, { seconds, pauseMs });
  await perform('after', half, beside);
  const drainMs = await arm.drained({ withinMs: drainMsMax });
  const counts = await readStoredCounts(mysql.url(database));
  const stored = [...counts.values()].reduce((sum, count) => sum + count, 0);
  await arm.stop();
  return { phases, drainMs, ledger: { ...toldIn(warmedUp, phases), stored } };
}

function phaseOf(
  name: OverloadPhase['name'],
  load: WrkResult,
  probed: Probed,
  rssBytesMax: number,
): OverloadPhase {
  const acknowledged = load.answered - load.refused + probed.accepted;
  return {
    ...{ name, load, probed, rssBytesMax },
    acceptedPerSecond: acknowledged / load.seconds,
    offeredPerSecond: (load.sent + probed.sent) / load.seconds,
  };
}

/** Every id is sent once, so sums tell. */
function toldIn(warmedUp: WrkResult, phases: readonly OverloadPhase[]) {
  const loads = [warmedUp, ...phases.map(({ load }) => load)];
  const probes = phases.map(({ probed }) => probed);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    acknowledged:
      sum(loads.map(({ answered, refused }) => answered - refused)) +
      sum(probes.map(({ accepted }) => accepted)),
    // Under way when a load ended, or lost with a connection. A refusal is a promise, so it is neither.
    unknown:
      sum(loads.map(({ sent, answered }) => sent - answered)) +
      sum(probes.map(({ failed }) => failed)),
  };
}

async function watchRss(pid: number, stopped: AbortSignal): Promise<number> {
  let most = 0;
  while (!stopped.aborted) {
    most = Math.max(most, rssBytesOf(pid) ?? 0);
    await pause(rssEveryMs);
  }
  return most;
}
