import { faultCheckName, slowFsyncMs } from '../faults.js';
import {
  ledgerCheckName,
  type RecordedCheck,
  type RecordedEntry,
  type RecordedRun,
  type RunRecord,
} from '../run-record.js';
import type { SyncedWrites } from './synced-write.store.js';

/** Limits of a valid run; the reasons are those of the attack that each one answers. */
export const validityLimits = Object.freeze({
  /** Above it the generator, not the arm, decides the latency. */
  floorDroppedShareMax: 0.001,
  /** Below it k6 measures its own waiting for a core. */
  floorIdleShareMin: 0.1,
  /** Of one core, kept busy by others before the run. */
  backgroundCoresMax: 0.2,
  /** Of one core, during the window; a core that the kernel spends on the load's packets counts too. */
  othersCoresMax: 0.2,
  /** Slewing by NTP moves a clock 15 ms in 30 s; more is a step. */
  clockStepMsMax: 100,
  /** The sampler runs four times a second; a gap this long means that the machine stood still. */
  samplerGapMsMax: 2_000,
  /** What the schedule owed may differ from what k6 counts by its first and last arrival. */
  offeredShareOffMax: 0.01,
  /**
   * A request that begins late has waited where nobody measures: 1 % may have, so no p95 is made by it. k6's
   * own collector of garbage holds up 1 or 2 % of them by 15 to 35 ms.
   */
  lateP99MsMax: 50,
  /** Of one target, in the window: a time without samples could hide what decided the latency. */
  missedScrapesMax: 1,
});

type Unchecked = Omit<RecordedRun, 'checks'>;

/**
 * Every rule that a run can be held to by itself. The floor of its block is looked at later, by
 * checkBlock, because it may run after this one.
 */
export function checkRun(run: Unchecked, entry: RecordedEntry): RecordedCheck[] {
  const { host, clock, deaths, ledger, load } = run;
  return [
    check(
      'background load before the run',
      host.backgroundCores <= validityLimits.backgroundCoresMax,
      `${percent(host.backgroundCores)} of a core`,
      `≤ ${percent(validityLimits.backgroundCoresMax)} of a core`,
    ),
    check(
      'background load during the run',
      (host.othersCores ?? 0) <= validityLimits.othersCoresMax,
      `${percent(host.othersCores ?? 0)} of a core`,
      `≤ ${percent(validityLimits.othersCoresMax)} of a core`,
    ),
    check(
      'clock steady',
      Math.abs(clock.stepMs) <= validityLimits.clockStepMsMax,
      `stepped ${clock.stepMs.toFixed(0)} ms`,
      `≤ ${validityLimits.clockStepMsMax} ms`,
    ),
    check(
      'machine awake',
      clock.largestGapMs <= validityLimits.samplerGapMsMax,
      `stood still for ${clock.largestGapMs.toFixed(0)} ms`,
      `≤ ${validityLimits.samplerGapMsMax} ms`,
    ),
    check(
      'no process died unasked',
      deaths.length === 0,
      deaths.length === 0 ? 'none died' : deaths.map((d) => `${d.process} ${d.how}`).join(', '),
      'none',
    ),
    check(
      'every attempt has one outcome',
      ledger.balanced,
      ledger.balanced ? 'balanced' : 'raw log and k6 summary disagree',
      'balanced',
    ),
    check(
      'something was acknowledged',
      load.outcomes.counted > 0,
      `${load.outcomes.counted} events`,
      '> 0 events',
    ),
    ...checkScrapes(run),
    ...checkSchedule(run),
    ...(entry.exact ? checkExact(run) : []),
  ];
}

/** Of a run that nothing watched there is nothing to check: its record says so. */
function checkScrapes({ observation }: Unchecked): RecordedCheck[] {
  if (observation === undefined) return [];
  const { missedScrapesMax } = validityLimits;
  const worst = observation.targets.filter(({ missed }) => missed > missedScrapesMax);
  const seen =
    worst.length === 0
      ? `${observation.targets.length} targets up`
      : worst.map(({ service, missed }) => `${service} missed ${missed}`).join(', ');
  return [check('scraped without a gap', worst.length === 0, seen, '≤ 1 missed a target')];
}

/** Offered is what the schedule owes; k6 must have started or dropped all of it. */
function checkSchedule({ load }: Unchecked): RecordedCheck[] {
  const off = Math.abs(load.started + load.dropped - load.offered);
  // The first and last arrival of a window may fall on either side of its ends.
  const offMax = Math.max(2, load.offered * validityLimits.offeredShareOffMax);
  const seen = `${load.started} started + ${load.dropped} dropped of ${load.offered}`;
  const kept = check('schedule kept', off <= offMax, seen, 'their sum, within 1 %');
  if (!load.lateMs) return [kept];
  const { p99, max } = load.lateMs;
  const { lateP99MsMax } = validityLimits;
  const late = `99 % within ${p99.toFixed(0)} ms, all within ${max.toFixed(0)} ms`;
  const limit = `99 % within ${lateP99MsMax} ms`;
  return [kept, check('requests begun on time', p99 <= lateP99MsMax, late, limit)];
}

function checkExact({ ledger, drainMs }: Unchecked): RecordedCheck[] {
  const seen =
    ledger.stored === null
      ? 'not read'
      : `${ledger.lost} lost, ${ledger.surplus} too many, ${ledger.issuesOpen} issues open`;
  return [
    check(ledgerCheckName, ledger.closed === true, seen, 'acknowledged = stored'),
    check(
      'drained',
      drainMs !== null,
      drainMs === null ? 'still storing at the limit' : `in ${(drainMs / 1_000).toFixed(1)} s`,
      'within the limit',
    ),
  ];
}

/**
 * Rules that need the floor of the same block: could the generator and this box carry the rate at
 * all? Returns the runs of the block with those checks added. A block without floor proves nothing.
 */
export function checkBlock(runs: readonly RecordedRun[]): RecordedRun[] {
  // Of two floors one may be slowed on purpose: the second by its name.
  const floors = runs.filter((run) => run.arm === 'floor');
  const [floor] = floors.sort((one, other) => one.label.localeCompare(other.label));
  const { floorDroppedShareMax, floorIdleShareMin } = validityLimits;
  const dropped = floor === undefined ? 1 : floor.load.dropped / Math.max(1, floor.load.offered);
  const idle = floor === undefined ? 0 : floor.host.idleShare;
  const missing = 'no floor run in this block';
  const checks = [
    check(
      'generator not starved',
      floor !== undefined && dropped <= floorDroppedShareMax,
      floor === undefined ? missing : `floor dropped ${percent(dropped, 2)}`,
      `≤ ${percent(floorDroppedShareMax, 1)}`,
    ),
    check(
      'generator not busy',
      floor !== undefined && idle >= floorIdleShareMin,
      floor === undefined ? missing : `host ${percent(idle)} idle under the floor`,
      `≥ ${percent(floorIdleShareMin)} idle`,
    ),
  ];
  return runs.map((run) => ({ ...run, checks: [...run.checks, ...checks] }));
}

/** A fault that slows nothing is none: one small write must take as long as its fsync was made to. */
export function checkSlowed({ mysqlMs, redisMs }: SyncedWrites): RecordedCheck {
  return check(
    faultCheckName,
    Math.min(mysqlMs, redisMs) >= slowFsyncMs,
    `a write takes ${mysqlMs.toFixed(1)} ms in MySQL, ${redisMs.toFixed(1)} ms in Redis`,
    `≥ ${slowFsyncMs} ms each`,
  );
}

/** Rules of the whole study, put on every run: equal durability is asked of the servers once. */
export function checkDurability(durability: RunRecord['durability']): RecordedCheck {
  return check(
    'what 2xx promises is durable',
    durability.holds,
    Object.entries(durability.settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    'every commit and every Redis write reaches the disk first',
  );
}

function check(name: string, holds: boolean, seen: string, limit: string): RecordedCheck {
  return { name, holds, seen, limit };
}

function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}
