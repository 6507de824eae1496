import { millisecondsText, percentText, shareText } from '../number-text.js';
import { validityLimits } from '../run/checks.js';
import { describeLoad } from '../run/measurement.js';
import { acknowledgedLetters } from '../run/raw-log.js';
import type { MeasuredWindow } from '../run/window.js';
import { intendedPercentile } from '../statistics/percentile.js';
import type { CapacityStep, StepPart } from './capacity-record.js';

/** What an arm must keep to at a rate to be said to hold it. */
export const serviceLevel = Object.freeze({ p99MsMax: 250, missedShareMax: 0.001 });

interface Tried {
  readonly number: number;
  readonly part: StepPart;
  readonly ratePerSecond: number;
  /** The floor must also leave room: beyond that k6 measures its own waiting for a core. */
  readonly isFloor: boolean;
  readonly hostCores: number;
}

type Unjudged = Omit<CapacityStep, 'holds' | 'reason'>;

export function describeStep(tried: Tried, window: MeasuredWindow): CapacityStep {
  const load = describeLoad(window.ended);
  const goodMs = window.ended.log.durationsMs(acknowledgedLetters);
  const missing = Math.max(0, load.offered - goodMs.length);
  const p99Ms = intendedPercentile(goodMs, missing, 0.99);
  const mean = goodMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, goodMs.length);
  const step: Unjudged = {
    ...{ number: tried.number, part: tried.part, offeredPerSecond: tried.ratePerSecond },
    ...{ achievedPerSecond: load.achievedPerSecond, windowSeconds: load.windowSeconds },
    answeredMs: load.answeredMs && { mean, ...load.answeredMs },
    intendedP99Ms: typeof p99Ms === 'number' ? p99Ms : null,
    dropped: load.dropped,
    failed: Math.max(0, load.started - goodMs.length),
    missedShare: missing / Math.max(1, load.offered),
    inFlight: (load.achievedPerSecond * mean) / 1_000,
    cores: Object.fromEntries(
      window.uses.map(({ name, cpuSeconds }) => [name, cpuSeconds / load.windowSeconds]),
    ),
    idleShare: window.host.idleShare,
    othersCores: window.othersCores,
    drainMs: window.drainMs,
  };
  const reason = breakOf(step, tried);
  return { ...step, holds: reason === '', reason };
}

/** Why the service level does not hold; empty when it does. */
export function breakOf(
  { intendedP99Ms, missedShare, answeredMs, dropped, failed, idleShare, othersCores }: Unjudged,
  { isFloor, hostCores }: Pick<Tried, 'isFloor' | 'hostCores'>,
): string {
  const { p99MsMax, missedShareMax } = serviceLevel;
  if (answeredMs === null) return 'nothing was acknowledged';
  if (missedShare > missedShareMax) {
    const what = dropped > failed ? 'dropped' : 'failed';
    return `${shareText(missedShare)} ${what}, over ${percentText(missedShareMax)}`;
  }
  if (intendedP99Ms === null || intendedP99Ms > p99MsMax) {
    const p99 = intendedP99Ms === null ? 'not known' : millisecondsText(intendedP99Ms);
    return `p99 ${p99}, over ${millisecondsText(p99MsMax)}`;
  }
  // What others take is no load of ours: they are named beside the figures, and don't decide them here.
  const room = idleShare + othersCores / hostCores;
  if (isFloor && room < validityLimits.floorIdleShareMin) {
    return `left ${shareText(room)} of the host, under ${percentText(validityLimits.floorIdleShareMin)}`;
  }
  return '';
}

/**
 * The knee after Kleinrock (Power and deterministic rules of thumb, ICC 1979): where throughput ÷ response time
 * is highest. Below it more load costs little, above it the queue grows faster than what is done.
 */
export function kneeOf(steps: readonly CapacityStep[]): number | null {
  let knee: { readonly rate: number; readonly power: number } | null = null;
  for (const { holds, achievedPerSecond, answeredMs, offeredPerSecond: rate } of steps) {
    if (!holds || answeredMs === null) continue;
    const power = achievedPerSecond / Math.max(answeredMs.mean, Number.EPSILON);
    if (knee === null || power > knee.power) knee = { rate, power };
  }
  return knee?.rate ?? null;
}
