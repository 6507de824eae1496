/** What a search for capacity found, in words, tables and small plots. Pure: everything is from the record. */
import {
  countText,
  figureText,
  millisecondsText,
  none,
  percentText,
  rateText,
  shareText,
  wrap,
} from '../number-text.js';
import { table } from '../report/text-table.js';
import type { CapacityArm, CapacityRecord, CapacityStep } from './capacity-record.js';
import { ledgerText } from './ledgers.js';
import { sweepLines } from './sweep-text.js';

const processes = ['api', 'worker', 'mysql', 'redis', 'k6'] as const;
const plotWidth = 48;
/** Ends of the plot's scale, ms: from below any answer to a request's time-out. */
const plotMs = { from: 0.5, to: 5_000 } as const;

export function renderCapacity(record: CapacityRecord, width: number): string {
  const { plan, arms, state, problem } = record;
  const { p99MsMax, missedShareMax } = plan.serviceLevel;
  const what =
    `Capacity: the highest arrival rate at which p99 of all intended arrivals is at most ${millisecondsText(p99MsMax)} ` +
    `and at most ${percentText(missedShareMax)} of them are dropped or failed. Steps of ${plan.stepSeconds} s, ` +
    `found to ${percentText(plan.resolutionShare)}, seed ${plan.seed}.`;
  return [
    ...wrap(what, width),
    '',
    ...overview(arms),
    ...(state === 'complete' ? [] : ['', `UNFINISHED (${state}). ${problem}`]),
    ...arms
      .filter(({ steps }) => steps.length > 0)
      .flatMap((arm) => ['', ...armLines(arm, p99MsMax, width)]),
  ].join('\n');
}

function overview(arms: readonly CapacityArm[]): string[] {
  const rate = (value: number | null) => (value === null ? none : rateText(value));
  return table([
    ['arm', 'holds', 'knee', 'breaks at', 'limited by', 'ledger'],
    ...arms.map((arm) => [
      arm.arm,
      `${arm.limitedBy === 'generator' && arm.arm !== 'floor' ? '≥ ' : ''}${rate(arm.heldPerSecond)}`,
      rate(arm.kneePerSecond),
      rate(arm.brokenPerSecond),
      arm.limitedBy,
      ledgerText(arm),
    ]),
  ]);
}

function armLines(arm: CapacityArm, p99MsMax: number, width: number): string[] {
  const steps = arm.steps.toSorted((one, other) => one.offeredPerSecond - other.offeredPerSecond);
  const used = processes.filter((name) => steps.some(({ cores }) => cores[name] !== undefined));
  return [
    `── ${arm.arm} `.padEnd(width, '─'),
    ...table([
      ['offered/s', 'done/s', 'p50', 'p95', 'p99', 'missed', 'in flight', ...used, 'idle'],
      ...steps.map((step) => [
        ...stepCells(step),
        ...used.map((name) => coresText(step, name)),
        idleText(step),
      ]),
    ]),
    '  (in flight after Little: done × mean response; api … k6 in cores; missed: dropped or failed)',
    '',
    ...plotLines(steps, p99MsMax),
    '',
    ...arm.notes.flatMap((note) => wrap(`· ${note}`, width, '  ')),
    ...(arm.sweep === null ? [] : ['', ...sweepLines(arm.sweep, width)]),
  ];
}

function stepCells(step: CapacityStep): string[] {
  const { offeredPerSecond, achievedPerSecond, answeredMs, missedShare, inFlight, holds } = step;
  const ms = (value: number | undefined) => (value === undefined ? none : millisecondsText(value));
  return [
    `${holds ? '' : '✗ '}${countText(offeredPerSecond)}`,
    countText(achievedPerSecond),
    ms(answeredMs?.p50),
    ms(answeredMs?.p95),
    ms(answeredMs?.p99),
    shareText(missedShare),
    figureText(inFlight),
  ];
}

function coresText({ cores }: CapacityStep, name: string): string {
  const value = cores[name];
  return value === undefined ? none : value.toFixed(2);
}

function idleText({ idleShare }: CapacityStep): string {
  return shareText(idleShare);
}

/** p99 of the answered by offered rate, on a scale of decades; │ is the limit. */
function plotLines(steps: readonly CapacityStep[], p99MsMax: number): string[] {
  const columnOf = (ms: number) => {
    const decades = Math.log10(plotMs.to / plotMs.from);
    const at = Math.log10(Math.max(ms, plotMs.from) / plotMs.from) / decades;
    return Math.min(plotWidth, Math.round(at * plotWidth));
  };
  const limit = columnOf(p99MsMax);
  const labels = steps.map(({ offeredPerSecond }) => rateText(offeredPerSecond));
  const labelWidth = Math.max(...labels.map(({ length }) => length));
  const bars = steps.map(({ answeredMs, holds, reason }, i) => {
    const length = answeredMs === null ? plotWidth : columnOf(answeredMs.p99);
    const bar = Array.from({ length: plotWidth }, (_, at) =>
      at < length ? '█' : at === limit ? '│' : ' ',
    ).join('');
    return `  ${labels[i]?.padStart(labelWidth)} ${bar}${holds ? '' : ` ✗ ${reason}`}`.trimEnd();
  });
  return [`  p99 by offered rate, ${plotMs.from} ms to 5 s in decades; │ ${p99MsMax} ms`, ...bars];
}
