import { countText, millisecondsText, none, timesText } from '../number-text.js';
import type { RecordedEntry, RecordedRun, RunRecord } from '../run-record.js';
import { medianOf } from '../statistics/median.js';
import { isValid, pairsOf, validRuns } from './comparison.js';
import {
  answered,
  costFigures,
  type Figure,
  intendedP95,
  latencyFigures,
  loadFigures,
  overTimeoutText,
  slowestAnswer,
} from './figures.js';

/** A cell: the number with its unit, and beside it the multiple of the floor. */
export interface Cell {
  readonly value: string;
  readonly timesFloor: string;
}

export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** The table of a study: arms are columns; null is a line between groups of rows. */
export function tableOf(record: RunRecord): { columns: readonly string[]; rows: (Row | null)[] } {
  const { entries } = record.plan;
  // Closed users intend nothing while they wait, so there is no such percentile.
  const latencies = latencyFigures.filter(
    ({ of }) =>
      (of !== intendedP95 || record.plan.model === 'open') &&
      // One answer of thousands, so it says little, but for what a fault of two seconds did.
      (of !== slowestAnswer || record.plan.fault !== undefined),
  );
  const rowOf = (figure: Figure): Row => ({
    name: figure.name,
    cells: entries.map((entry) => cellOf(record, entry, figure)),
  });
  return {
    columns: entries.map(({ label }) => label),
    rows: [
      ...loadFigures.map(rowOf),
      null,
      ...latencies.map(rowOf),
      null,
      ...ledgerRows(record),
      null,
      ...costFigures.map(rowOf).filter(({ cells }) => cells.some(({ value }) => value !== none)),
    ],
  };
}

/** An invalid run is kept out of a study's table; a single run has nothing else to show, and says it. */
function shownRuns(record: RunRecord, label: string): RecordedRun[] {
  return record.kind === 'run' ? record.runs : validRuns(record, label);
}

function cellOf(record: RunRecord, entry: RecordedEntry, figure: Figure): Cell {
  const runs = shownRuns(record, entry.label);
  if (runs.length === 0) return { value: 'invalid', timesFloor: '' };
  const values = runs.map(figure.of);
  // One overloaded block is enough: a median over the others would hide the worst.
  if (values.includes(null)) return { value: figure.absent(record), timesFloor: '' };
  return {
    value: figure.text(medianOf(values as number[])),
    timesFloor: figure.timesFloor ? multipleOfFloor(record, entry, figure) : '',
  };
}

function multipleOfFloor(record: RunRecord, entry: RecordedEntry, figure: Figure): string {
  const floor = record.plan.entries.find(({ arm }) => arm === 'floor');
  if (floor === undefined || floor.label === entry.label) return '';
  const ratios = pairsOf(record, floor.label, entry.label).flatMap((pair) => {
    const [under, over] = [figure.of(pair.reference), figure.of(pair.subject)];
    return under !== null && over !== null && under > 0 ? [over / under] : [];
  });
  return ratios.length === 0 ? '' : timesText(medianOf(ratios));
}

function ledgerRows(record: RunRecord): Row[] {
  const row = (name: string, text: (runs: RecordedRun[]) => string): Row => ({
    name,
    cells: record.plan.entries.map((entry) => {
      const runs = shownRuns(record, entry.label);
      const skip = runs.length === 0 || (!entry.storesEvents && name !== 'acknowledged');
      return { value: skip ? none : text(runs), timesFloor: '' };
    }),
  });
  const sum = (runs: RecordedRun[], of: (run: RecordedRun) => number) =>
    countText(runs.reduce((total, run) => total + of(run), 0));
  return [
    row('acknowledged', (runs) => sum(runs, ({ ledger }) => ledger.acknowledged)),
    row('stored', (runs) => sum(runs, ({ ledger }) => ledger.stored ?? 0)),
    row('lost', (runs) => sum(runs, ({ ledger }) => ledger.lost)),
    row('outcome unknown', (runs) => sum(runs, ({ ledger }) => ledger.unknown)),
    row('all stored after', (runs) => {
      const drains = runs.map(({ drainMs }) => drainMs);
      return drains.includes(null) ? 'too late' : millisecondsText(medianOf(drains as number[]));
    }),
  ];
}

/** Every block by itself, invalid runs too, marked. */
export function blockLines(record: RunRecord): string[] {
  const blocks = [...new Set(record.runs.map(({ block }) => block))];
  return blocks.map((block) => {
    const runs = record.runs.filter((run) => run.block === block);
    const cells = runs.map(
      (run) => `${run.label} ${p95Text(record, run)}${isValid(run) ? '' : ' INVALID'}`,
    );
    return `${String(block).padStart(2)}  ${cells.join(' · ')}`;
  });
}

function p95Text(record: RunRecord, run: RecordedRun): string {
  const [intended, served] = [intendedP95(run), answered('p95')(run)];
  if (intended !== null) return millisecondsText(intended);
  const beside = served === null ? 'none answered' : `answered ${millisecondsText(served)}`;
  return `${overTimeoutText(record)} (${beside})`;
}
