import {
  mebibytesText,
  microsecondsText,
  millisecondsText,
  none,
  rateText,
  shareText,
} from '../number-text.js';
import type { RecordedRun, RunRecord } from '../run-record.js';

/** One row of the table: a number of a run, how it prints, whether a multiple of the floor helps. */
export interface Figure {
  readonly name: string;
  readonly of: (run: RecordedRun) => number | null;
  readonly text: (value: number) => string;
  /** What null prints as: nothing to measure, or worse than can be measured. */
  readonly absent: (record: RunRecord) => string;
  readonly timesFloor: boolean;
}

const nothing = () => none;

export function answered(quantile: 'p50' | 'p95' | 'p99'): (run: RecordedRun) => number | null {
  return (run) => run.load.answeredMs?.[quantile] ?? null;
}

export function slowestAnswer(run: RecordedRun): number | null {
  return run.load.answeredMs?.max ?? null;
}

export function intendedP95(run: RecordedRun): number | null {
  return run.load.intended.p95Ms;
}

export function overTimeoutText(record: RunRecord): string {
  return `> ${record.plan.timeoutSeconds} s`;
}

export function droppedShare({ load }: RecordedRun): number {
  return load.dropped / Math.max(1, load.offered);
}

/** Of the requests that were sent: refused for load, failed or never answered. */
export function failedShare({ load }: RecordedRun): number {
  const { rejected, shed, failed, unanswered } = load.outcomes;
  return (rejected + shed + failed + unanswered) / Math.max(1, load.started);
}

/** Of the counts acknowledged, those that are stored; null where nothing is, or nothing was read. */
export function keptShare({ ledger: { acknowledged, stored, lost } }: RecordedRun): number | null {
  return stored === null || acknowledged === 0 ? null : (acknowledged - lost) / acknowledged;
}

/** The services' and their stores' CPU for one acknowledged event; the generator's is not theirs. */
export function armCpuMicros(run: RecordedRun): number | null {
  const costs = run.processes.filter((p) => p.name !== 'k6').map((p) => p.cpuMicrosPerEvent);
  return costs.length === 0 || costs.includes(null)
    ? null
    : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
}

function cpuOf(name: string): (run: RecordedRun) => number | null {
  return (run) => run.processes.find((process) => process.name === name)?.cpuMicrosPerEvent ?? null;
}

function memoryOf(name: string): (run: RecordedRun) => number | null {
  return (run) => run.processes.find((process) => process.name === name)?.rssBytesMax ?? null;
}

function figure(
  name: string,
  of: Figure['of'],
  text: Figure['text'],
  { timesFloor = false, absent = nothing }: Partial<Pick<Figure, 'timesFloor' | 'absent'>> = {},
): Figure {
  return { name, of, text, timesFloor, absent };
}

export const loadFigures: readonly Figure[] = [
  figure('offered', (run) => run.load.offeredPerSecond, rateText),
  figure('achieved (2xx)', (run) => run.load.achievedPerSecond, rateText, { timesFloor: true }),
  figure('dropped', droppedShare, shareText),
  figure('refused or failed', failedShare, shareText),
];

export const latencyFigures: readonly Figure[] = [
  figure('p50 of answered', answered('p50'), millisecondsText, { timesFloor: true }),
  figure('p95 of answered', answered('p95'), millisecondsText, { timesFloor: true }),
  figure('p99 of answered', answered('p99'), millisecondsText, { timesFloor: true }),
  figure('slowest answer', slowestAnswer, millisecondsText),
  figure('p95 of intended', intendedP95, millisecondsText, {
    timesFloor: true,
    absent: overTimeoutText,
  }),
];

export const costFigures: readonly Figure[] = [
  figure('CPU an event, all', armCpuMicros, microsecondsText, { timesFloor: true }),
  ...['api', 'worker', 'mysql', 'redis'].map((name) =>
    figure(`  ${name}`, cpuOf(name), microsecondsText),
  ),
  figure('  (k6, beside it)', cpuOf('k6'), microsecondsText),
  figure('memory, api', memoryOf('api'), mebibytesText),
  figure('memory, worker', memoryOf('worker'), mebibytesText),
  figure('host idle', (run) => run.host.idleShare, shareText),
];
