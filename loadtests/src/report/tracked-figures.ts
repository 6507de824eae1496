import { microsecondsText, millisecondsText, none, rateText, shareText } from '../number-text.js';
import type { RecordedRun, RunRecord } from '../run-record.js';
import { answered, armCpuMicros, intendedP95, keptShare, overTimeoutText } from './figures.js';

/** A figure that is followed from record to record, and which way is worse. */
export interface TrackedFigure {
  readonly name: string;
  readonly of: (run: RecordedRun) => number | null;
  readonly text: (value: number) => string;
  readonly worse: 'higher' | 'lower';
  /**
   * Runs that have no number with a logarithm are at one end of the scale: nothing lost is the best that
   * there is, over the time-out the worst. Null: such a run has no such figure at all.
   */
  readonly end: {
    readonly is: 'best' | 'worst';
    readonly text: (record: RunRecord) => string;
  } | null;
  readonly appliesTo: (record: RunRecord) => boolean;
}

const always = () => true;
const latency = { text: millisecondsText, worse: 'higher', end: null, appliesTo: always } as const;

/** Of the counts acknowledged; null where nothing is stored. */
function lostShare(run: RecordedRun): number | null {
  const kept = keptShare(run);
  return kept === null ? null : 1 - kept;
}

export const trackedFigures: readonly TrackedFigure[] = [
  { name: 'p50 of answered', of: answered('p50'), ...latency },
  { name: 'p95 of answered', of: answered('p95'), ...latency },
  { name: 'p99 of answered', of: answered('p99'), ...latency },
  {
    ...{ name: 'p95 of intended', of: intendedP95, ...latency },
    end: { is: 'worst', text: overTimeoutText },
    appliesTo: ({ plan }) => plan.model === 'open',
  },
  {
    ...{ name: 'achieved (2xx)', of: (run) => run.load.achievedPerSecond, text: rateText },
    ...{ worse: 'lower', end: null, appliesTo: always },
  },
  { ...{ name: 'CPU an event', of: armCpuMicros }, ...latency, text: microsecondsText },
  {
    ...{ name: 'counts lost', of: lostShare, text: shareText, worse: 'higher', appliesTo: always },
    end: { is: 'best', text: () => 'none' },
  },
];

/** Values of some runs: those with a logarithm, and how many stand at the end of the scale. */
export interface TrackedValues {
  readonly numbers: readonly number[];
  readonly atEnd: number;
}

/** Null where the arm has no such figure. */
export function valuesOf(
  figure: TrackedFigure,
  runs: readonly RecordedRun[],
): TrackedValues | null {
  const values = runs.map(figure.of);
  const numbers = values.filter((value): value is number => value !== null && value > 0);
  const missing = values.filter((value) => value === null).length;
  const isEnd = (value: number | null) =>
    figure.end?.is === 'worst' ? value === null : value === 0;
  const atEnd = values.filter(isEnd).length;
  if (figure.end?.is !== 'worst' && missing > 0) return null;
  return numbers.length + atEnd < values.length ? null : { numbers, atEnd };
}

/** A geometric mean, since changes are told as multiples; the end of the scale when any run is there. */
export function meanText(
  figure: TrackedFigure,
  { numbers, atEnd }: TrackedValues,
  record: RunRecord,
): string {
  const isMixed = atEnd > 0 && numbers.length > 0;
  const end = figure.end?.text(record) ?? none;
  if (atEnd > 0) return isMixed ? `${end} in ${atEnd} of ${atEnd + numbers.length}` : end;
  return numbers.length === 0 ? none : figure.text(geometricMean(numbers));
}

/** Null of an empty list, or one with the end of the scale in it. */
export function meanOf({ numbers, atEnd }: TrackedValues): number | null {
  return atEnd > 0 || numbers.length === 0 ? null : geometricMean(numbers);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
