/** Records in time order, figure by figure, with the points at which a level changed. Pure. */
import type { RunRecord } from '../run-record.js';
import { type ChangePoint, changePoints } from '../statistics/change-points.js';
import { validRuns } from './comparison.js';
import { likenessKey } from './likeness.js';
import {
  meanOf,
  meanText,
  type TrackedFigure,
  trackedFigures,
  valuesOf,
} from './tracked-figures.js';

export interface HistoryPoint {
  /** Null: no valid run, no such figure, or off the scale, as the text says. */
  readonly value: number | null;
  readonly text: string;
}

/** A change of level, with the geometric means of the records before it and from it on. */
export interface HistoryChange extends ChangePoint {
  readonly before: number;
  readonly after: number;
  readonly isWorse: boolean;
}

export interface HistorySeries {
  readonly label: string;
  readonly figure: TrackedFigure;
  /** One a record. */
  readonly points: readonly HistoryPoint[];
  readonly changes: readonly HistoryChange[];
}

/** Records that are alike, so that their figures belong in one line. */
export interface History {
  readonly records: readonly RunRecord[];
  readonly series: readonly HistorySeries[];
}

/** One history for each kind of load and host, the one that was added to last first. */
export function historiesOf(records: readonly RunRecord[]): History[] {
  const groups = new Map<string, RunRecord[]>();
  const inTime = [...records].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  for (const record of inTime) {
    const key = likenessKey(record);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const latest = (group: readonly RunRecord[]) => group.at(-1)?.startedAt ?? '';
  return [...groups.values()]
    .sort((a, b) => (latest(a) < latest(b) ? 1 : -1))
    .map((group) => ({ records: group, series: seriesOf(group) }));
}

function seriesOf(records: readonly RunRecord[]): HistorySeries[] {
  const labels = [
    ...new Set(records.flatMap(({ plan }) => plan.entries.map(({ label }) => label))),
  ];
  return labels.flatMap((label) =>
    trackedFigures.flatMap((figure) => {
      const points = records.map((record) => pointOf(figure, label, record));
      if (points.every(({ text }) => text === '')) return [];
      return [{ label, figure, points, changes: changesOf(figure, points) }];
    }),
  );
}

function pointOf(figure: TrackedFigure, label: string, record: RunRecord): HistoryPoint {
  const runs = validRuns(record, label);
  const values = figure.appliesTo(record) && runs.length > 0 ? valuesOf(figure, runs) : null;
  if (values === null) return { value: null, text: '' };
  return { value: meanOf(values), text: meanText(figure, values, record) };
}

/** On logarithms, since a change is a multiple; records without a number are passed over. */
function changesOf(figure: TrackedFigure, points: readonly HistoryPoint[]): HistoryChange[] {
  const known = points.flatMap(({ value }, at) =>
    value === null ? [] : [{ at, log: Math.log(value) }],
  );
  const found = changePoints(known.map(({ log }) => log));
  const edges = [0, ...found.map(({ at }) => at), known.length];
  const mean = (from: number, to: number) => {
    const logs = known.slice(from, to).map(({ log }) => log);
    return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  };
  return found.map(({ at, p }, index) => {
    const before = mean(edges[index] ?? 0, at);
    const after = mean(at, edges[index + 2] ?? known.length);
    const isWorse = after > before === (figure.worse === 'higher');
    return { at: known[at]?.at ?? at, p, before, after, isWorse };
  });
}
