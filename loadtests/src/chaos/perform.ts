/** One schedule: load and faults, then calm, drain and audit. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterDrain, drain } from './aftermath.js';
import { audit, type Violation } from './audit.js';
import { Load, sharedMessages } from './client.js';
import { type Bite, makeFault } from './fault.js';
import { forgetIssues, readIssues } from './issue-rows.store.js';
import type { DrawnFault, Schedule } from './schedule.js';
import type { Told } from './told.js';
import { calm, type World } from './world.js';

/** The load goes on for this long after the last fault, so that recovery is under load. */
const afterMs = 300;
/** From calm to everything stored. */
export const drainMsMax = 20_000;

export interface BittenFault extends DrawnFault, Bite {}

export interface ScheduleResult {
  readonly schedule: Schedule;
  readonly faults: readonly BittenFault[];
  readonly told: Told;
  readonly violations: readonly Violation[];
  readonly drainMs: number | null;
  readonly ms: number;
}

/**
 * @throws {RigError} when a process does not come back
 * @throws {DOMException} AbortError when the signal is aborted
 */
export async function performSchedule(
  schedule: Schedule,
  world: World,
  signal: AbortSignal,
): Promise<ScheduleResult> {
  const startedAt = performance.now();
  const before = await readIssues(world.databaseUrl);
  world.deaths.length = 0;
  const { load, faults } = await breakUnderLoad(schedule, world, signal);
  await calm(world);
  const { drainMs, violations: late } = await drain(world, drainMsMax, signal);
  const after = await readIssues(world.databaseUrl);
  const violations = [...late, ...audit(load.told, before, after)];
  if (drainMs !== null) violations.push(...(await afterDrain(world, schedule.seed)));
  violations.push(...unexpectedDeaths(world, schedule));
  await forgetIssues(world.databaseUrl, sharedMessages);
  const { told } = load;
  const ms = performance.now() - startedAt;
  return { schedule, faults, told, violations, drainMs, ms };
}

async function breakUnderLoad(
  { seed, faults, loadMsMin }: Schedule,
  world: World,
  signal: AbortSignal,
): Promise<{ load: Load; faults: BittenFault[] }> {
  let ended = false;
  const startedAt = performance.now();
  const load = new Load({
    ...{ seed, url: urlsOf(faults, world) },
    over: () => ended || signal.aborted,
  });
  const running = load.run();
  try {
    const bitten = await Promise.all(
      faults.map((fault) => breakOnce(fault, world, startedAt, signal)),
    );
    const leftMs = startedAt + loadMsMin - performance.now();
    await sleep(Math.max(afterMs, leftMs), undefined, { signal });
    ended = true;
    await running;
    return { load, faults: bitten };
  } finally {
    ended = true;
    await running;
  }
}

async function breakOnce(
  drawn: DrawnFault,
  world: World,
  startedAt: number,
  signal: AbortSignal,
): Promise<BittenFault> {
  const fault = makeFault(world, drawn);
  const beginInMs = startedAt + drawn.atMs - performance.now();
  await sleep(Math.max(0, beginInMs), undefined, { signal });
  await fault.begin();
  await sleep(drawn.lengthMs, undefined, { signal });
  return { ...drawn, ...(await fault.end()) };
}

/** By the link only where it is what breaks: behind it nobody can tell a dead API from a lost answer. */
function urlsOf(faults: readonly DrawnFault[], { services, links }: World) {
  const byLink = faults.some(({ target }) => target === 'client-api');
  return (draw: () => number): string => {
    const first = services.api.process?.url ?? '';
    const second = services['second api'];
    const apis = second.running && second.process?.url ? [first, second.process.url] : [first];
    const url = apis[Math.floor(draw() * apis.length)] as string;
    const chosen = url === first && byLink ? links['client-api'].urlOf(url) : url;
    return chosen.replace(/\/$/, '');
  };
}

/** A process that ends by itself has a reason of its own, but for a Redis that can't write any more. */
function unexpectedDeaths({ deaths }: World, { faults }: Schedule): Violation[] {
  const fullDisk = faults.some(({ kind, target }) => kind === 'full-disk' && target === 'redis');
  return deaths
    .filter(({ name }) => !(fullDisk && name === 'redis'))
    .map(({ name, code, signal }) => ({
      kind: 'after' as const,
      fact: `${name} ended by itself with ${signal ?? code}`,
      events: [],
    }));
}
