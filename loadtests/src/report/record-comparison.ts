/** What changed from one record to another, figure by figure, and whether that is a regression. Pure. */
import type { RecordedRun, RunRecord } from '../run-record.js';
import { type RatioChange, ratioChange, runsMin } from '../statistics/welch.js';
import { validRuns } from './comparison.js';
import { meanText, type TrackedFigure, trackedFigures, valuesOf } from './tracked-figures.js';
import { verdictOf } from './verdict.js';

export interface ComparisonLimits {
  /** A change for the worse below this share is nobody's business, however sure it is. */
  readonly toleranceShare: number;
  /** Of each interval. */
  readonly confidence: number;
}

/**
 * 'worse' and 'better': beyond the interval and the tolerance. 'within': beyond the interval alone.
 * 'unclear': some runs are off the scale and others are not, or all of both sides are. Most runs of one side
 * and none of the other: then its median is off the scale, which is worse or better.
 */
export type ChangeKind = 'worse' | 'better' | 'within' | 'none shown' | 'unclear';

export interface FigureChange {
  readonly label: string;
  readonly figure: TrackedFigure;
  readonly before: string;
  readonly after: string;
  /** Null where a side is off the scale: there is no ratio to "> 5 s" or to "none". */
  readonly ratio: RatioChange | null;
  readonly kind: ChangeKind;
}

export type Outcome = 'no regression' | 'regression' | 'too few runs' | 'ledger open';

export interface RecordComparison {
  readonly changes: readonly FigureChange[];
  /** Why there is no answer, or not a whole one; a sentence each. */
  readonly obstacles: readonly string[];
  readonly outcome: Outcome;
}

/** The two must be alike (likeness.ts): this only looks at figures. */
export function compareRecords(
  a: RunRecord,
  b: RunRecord,
  limits: ComparisonLimits,
): RecordComparison {
  const open = [a, b].filter((record) => verdictOf(record).kind === 'ledger open');
  const unfinished = [a, b].filter(({ state }) => state !== 'complete');
  if (open.length > 0 || unfinished.length > 0) {
    const obstacles = [
      ...open.map(({ id }) => `${id}: an arm that promises exactness has an open ledger.`),
      ...unfinished.map(({ id, state }) => `${id} is ${state}, not complete.`),
    ];
    const outcome = open.length > 0 ? 'ledger open' : 'too few runs';
    return { changes: [], obstacles, outcome };
  }
  const labels = a.plan.entries
    .map(({ label }) => label)
    .filter((label) => b.plan.entries.some((entry) => entry.label === label));
  const sides = labels.map((label) => ({ label, a: validRuns(a, label), b: validRuns(b, label) }));
  const isEnough = (side: Side) => Math.min(side.a.length, side.b.length) >= runsMin;
  const obstacles = sides
    .filter((side) => !isEnough(side))
    .map(
      ({ label, a: before, b: after }) =>
        `${label} has ${before.length} and ${after.length} valid runs; ${runsMin} a side are needed.`,
    );
  const changes = sides
    .filter(isEnough)
    .flatMap((side) =>
      trackedFigures
        .filter((figure) => figure.appliesTo(a))
        .flatMap((figure) => changeOf(figure, side, [a, b], limits) ?? []),
    );
  const isWorse = changes.some(({ kind }) => kind === 'worse');
  const isShort = obstacles.length > 0 || changes.length === 0;
  const outcome = isWorse ? 'regression' : isShort ? 'too few runs' : 'no regression';
  return { changes, obstacles, outcome };
}

interface Side {
  readonly label: string;
  readonly a: readonly RecordedRun[];
  readonly b: readonly RecordedRun[];
}

function changeOf(
  figure: TrackedFigure,
  { label, a, b }: Side,
  [recordA, recordB]: readonly [RunRecord, RunRecord],
  limits: ComparisonLimits,
): FigureChange | null {
  const [before, after] = [valuesOf(figure, a), valuesOf(figure, b)];
  if (before === null || after === null) return null;
  const texts = {
    ...{ label, figure, before: meanText(figure, before, recordA) },
    after: meanText(figure, after, recordB),
  };
  if (before.atEnd + after.atEnd === 0) {
    const ratio = ratioChange(before.numbers, after.numbers, limits.confidence);
    return ratio === null ? null : { ...texts, ratio, kind: kindOf(figure, ratio, limits) };
  }
  const wholly = ({ numbers }: typeof before) => numbers.length === 0;
  const mostly = ({ numbers, atEnd }: typeof before) => atEnd > numbers.length;
  const isBest = figure.end?.is === 'best';
  const kind = (): ChangeKind => {
    if (wholly(before) && wholly(after)) return isBest ? 'none shown' : 'unclear';
    if (mostly(before) && after.atEnd === 0) return isBest ? 'worse' : 'better';
    if (mostly(after) && before.atEnd === 0) return isBest ? 'better' : 'worse';
    return 'unclear';
  };
  return { ...texts, ratio: null, kind: kind() };
}

function kindOf(
  { worse }: TrackedFigure,
  { ratio, low, high }: RatioChange,
  { toleranceShare }: ComparisonLimits,
): ChangeKind {
  if (low <= 1 && high >= 1) return 'none shown';
  const isWorse = worse === 'higher' ? low > 1 : high < 1;
  // As a share of what it was, either way: 5 % more, 5 % less.
  return Math.abs(ratio - 1) <= toleranceShare ? 'within' : isWorse ? 'worse' : 'better';
}
