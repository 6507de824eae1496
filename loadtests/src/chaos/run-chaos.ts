/** Schedule after schedule, each in a healed world; a world that failed one is not used again. */
import { join } from 'node:path';
import { openRigDirectory } from '../rig/rig-directory.js';
import { rigRoot } from '../rig/rig-paths.js';
import type { Violation } from './audit.js';
import { missingFor } from './fault.js';
import { type Face, type FaultKind, facesOf, nameOf } from './fault-kinds.js';
import { performSchedule, type ScheduleResult } from './perform.js';
import { drawSchedule, type Schedule } from './schedule.js';
import { Told } from './told.js';
import { openWorld, type World } from './world.js';

/** Then another is made: what Redis keeps of past events stays small, and a fresh start is tried again. */
const schedulesPerWorldMax = 50;

export interface ChaosOptions {
  readonly seed: number;
  readonly schedules: number;
  readonly kinds: readonly FaultKind[];
  /** Null: .rig/chaos, so that only one runs at a time. */
  readonly rigDirectory: string | null;
  readonly signal: AbortSignal;
}

export interface ChaosEars {
  /** Faces that can't be had on this machine, each with the reason. */
  onMissing(missing: readonly string[]): void;
  onResult(result: ScheduleResult, number: number): void;
  /** Before its world, with its logs, is closed. */
  onFailure(result: ScheduleResult, world: World): void;
}

/**
 * @throws {RigError} when the world can't be made
 * @throws {DOMException} AbortError when the signal is aborted
 */
export async function runChaos(options: ChaosOptions, ears: ChaosEars): Promise<void> {
  let done = 0;
  while (done < options.schedules) done += await inOneWorld(options, done, ears);
}

/** Returns how many schedules were performed, the one that ended the world included. */
async function inOneWorld(options: ChaosOptions, from: number, ears: ChaosEars): Promise<number> {
  const { signal, kinds } = options;
  const dir = await openRigDirectory(options.rigDirectory ?? join(rigRoot, 'chaos'));
  try {
    const world = await openWorld(dir, signal);
    signal.addEventListener('abort', () => void wakeAll(world));
    const faces = facesOf(kinds);
    const missing = missingFaces(faces, world);
    if (from === 0 && missing.length > 0) ears.onMissing(missing);
    const many = Math.min(options.schedules - from, schedulesPerWorldMax);
    for (let i = 0; i < many; i++) {
      const schedule = possible(drawSchedule(options.seed + from + i, faces), world);
      const result = await performOrTell(schedule, world, signal);
      ears.onResult(result, from + i + 1);
      if (result.violations.length > 0) {
        ears.onFailure(result, world);
        return i + 1;
      }
    }
    return many;
  } finally {
    await dir.close();
  }
}

const missingFaces = (faces: readonly Face[], world: World): string[] =>
  faces.flatMap((face) => {
    const reason = missingFor(face, world);
    return reason === null ? [] : [`${nameOf(face)} (${reason})`];
  });

/** Drawn from all and then left out, so that a seed means the same on a machine that can do more. */
function possible(schedule: Schedule, world: World): Schedule {
  const faults = schedule.faults.filter((fault) => missingFor(fault, world) === null);
  return { ...schedule, faults };
}

/** What breaks the schedule itself, a process that does not come back, is a violation as well. */
async function performOrTell(
  schedule: Schedule,
  world: World,
  signal: AbortSignal,
): Promise<ScheduleResult> {
  try {
    return await performSchedule(schedule, world, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { stack, message } = error as Error;
    const violation: Violation = { kind: 'after', fact: stack ?? message, events: [] };
    const nothing = { faults: [], told: new Told(), drainMs: null, ms: 0 };
    return { ...nothing, schedule, violations: [violation] };
  }
}

/** A frozen process hears no SIGTERM, and closing would wait for it. */
async function wakeAll({ services }: World): Promise<void> {
  for (const { process } of Object.values(services)) await process?.kill('SIGCONT');
}
