import type { RecordedEntry, RecordedRun, RunRecord } from '../run-record.js';
import { blocksMin, geometricMeanRatio } from '../statistics/ratio.js';
import { answered, armCpuMicros, intendedP95, keptShare } from './figures.js';

/** Reference divided by subject for times and costs, so that above 1 the subject is better. */
export interface Ratio {
  readonly ratio: number;
  /** 95 %, Student t over blocks. */
  readonly low: number;
  readonly high: number;
  readonly perBlock: readonly number[];
}

export interface Comparison {
  readonly subject: string;
  readonly reference: string;
  /** Blocks in which both runs are valid, in order. */
  readonly blocks: readonly number[];
  /** Null with fewer than blocksMin blocks. */
  readonly p95: Ratio | null;
  /**
   * Which side had intended arrivals dropped or failed beyond 5 %: its p95 is then that of what it
   * did answer, which flatters it, so the ratio is a bound and not an estimate.
   */
  readonly overloaded: 'neither' | 'reference' | 'subject' | 'both';
  readonly throughput: Ratio | null;
  readonly cpu: Ratio | null;
  /** Of the counts acknowledged, the share that is stored: subject over reference. Null where nothing is stored. */
  readonly kept: Ratio | null;
}

export function isValid(run: RecordedRun): boolean {
  return run.checks.every((check) => check.holds);
}

export function validRuns(record: RunRecord, label: string): RecordedRun[] {
  return record.runs.filter((run) => run.label === label && isValid(run));
}

/**
 * Everything is compared with naive, which is the question; without it with the first arm that
 * does work, and a lone arm with the floor.
 */
export function comparisonsOf(record: RunRecord): Comparison[] {
  const { aa, entries } = record.plan;
  const working = entries.filter(({ label, arm }) =>
    aa ? label !== 'floor' : !arm.startsWith('floor'),
  );
  const reference =
    working.find((entry) => entry.arm === 'naive') ??
    (working.length > 1 ? working[0] : entries.find((entry) => entry.arm === 'floor'));
  if (reference === undefined) return [];
  return working
    .filter((entry) => entry.label !== reference.label)
    .map((entry) => compareArms(record, reference, entry));
}

/** The one that the verdict is about: async's, without it the last. */
export function mainOf(comparisons: readonly Comparison[]): Comparison | undefined {
  return comparisons.find(({ subject }) => subject === 'async') ?? comparisons.at(-1);
}

/** The ratios of one arm to another, over the blocks in which both are valid. */
export function compareArms(
  record: RunRecord,
  reference: RecordedEntry,
  subject: RecordedEntry,
): Comparison {
  const pairs = pairsOf(record, reference.label, subject.label);
  const ratio = (sides: Sides) => ratioOf(pairs, record.plan.stop?.blocksMin, sides);
  const isOver = (side: 'reference' | 'subject') =>
    pairs.some((pair) => intendedP95(pair[side]) === null);
  const [referenceOver, subjectOver] = [isOver('reference'), isOver('subject')];
  return {
    subject: subject.label,
    reference: reference.label,
    blocks: pairs.map((pair) => pair.reference.block),
    p95: ratio((pair) => [latency(pair.reference), latency(pair.subject)]),
    overloaded: referenceOver
      ? subjectOver
        ? 'both'
        : 'reference'
      : subjectOver
        ? 'subject'
        : 'neither',
    throughput: ratio((pair) => [
      pair.subject.load.achievedPerSecond,
      pair.reference.load.achievedPerSecond,
    ]),
    cpu: ratio((pair) => [armCpuMicros(pair.reference), armCpuMicros(pair.subject)]),
    kept: ratio((pair) => [keptShare(pair.subject), keptShare(pair.reference)]),
  };
}

interface Pair {
  readonly reference: RecordedRun;
  readonly subject: RecordedRun;
}

/** Runs of two arms in the same block, where both are valid. */
export function pairsOf(record: RunRecord, reference: string, subject: string): Pair[] {
  const subjects = validRuns(record, subject);
  return validRuns(record, reference).flatMap((run) => {
    const partner = subjects.find((other) => other.block === run.block);
    return partner === undefined ? [] : [{ reference: run, subject: partner }];
  });
}

/** p95 of the intended; where there is none, of the answered: the most favourable that it can be. */
export function latency(run: RecordedRun): number | null {
  return intendedP95(run) ?? answered('p95')(run);
}

type Sides = (pair: Pair) => readonly [number | null, number | null];

function ratioOf(
  pairs: readonly Pair[],
  spreadBlocks: number | undefined,
  sides: Sides,
): Ratio | null {
  const values = pairs.flatMap((pair) => {
    const [numerator, denominator] = sides(pair);
    return numerator && denominator ? [{ numerator, denominator }] : [];
  });
  if (values.length < Math.max(blocksMin, pairs.length)) return null;
  const { ratio, interval, blocks } = geometricMeanRatio(values, spreadBlocks);
  return interval === null ? null : { ratio, ...interval, perBlock: blocks };
}
