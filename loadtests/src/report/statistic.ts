import {
  changeText,
  microsecondsText,
  millisecondsText,
  plural,
  rateText,
} from '../number-text.js';
import type { StatisticName } from '../plan-record.js';
import type { RecordedRun, RunRecord } from '../run-record.js';
import { medianOf } from '../statistics/median.js';
import { type Comparison, latency, pairsOf, type Ratio } from './comparison.js';
import { armCpuMicros } from './figures.js';

/** A quantity that two arms are compared by. */
export interface Statistic {
  /** As in 'its p95'. */
  readonly noun: string;
  readonly of: (run: RecordedRun) => number | null;
  readonly text: (value: number) => string;
  /** Above 1 the subject is better. Null with too few blocks. */
  readonly ratioOf: (comparison: Comparison) => Ratio | null;
  /** Is a larger value the better one? */
  readonly isGain: boolean;
}

export const statistics: Readonly<Record<StatisticName, Statistic>> = {
  p95: {
    ...{ noun: 'p95', of: latency, text: millisecondsText, isGain: false },
    ratioOf: ({ p95 }) => p95,
  },
  throughput: {
    ...{ noun: 'throughput', text: rateText, isGain: true },
    of: (run) => run.load.achievedPerSecond,
    ratioOf: ({ throughput }) => throughput,
  },
  cpu: {
    ...{ noun: 'CPU an event', of: armCpuMicros, text: microsecondsText, isGain: false },
    ratioOf: ({ cpu }) => cpu,
  },
};

export function statisticOf({ plan }: RunRecord): Statistic {
  return statistics[plan.judgedBy ?? 'p95'];
}

/** The subject's value as a multiple of the reference's, whichever of the two is the better one. */
export function changeOf({ isGain }: Statistic, ratio: Ratio): Omit<Ratio, 'perBlock'> {
  const { ratio: mean, low, high } = ratio;
  return isGain ? { ratio: mean, low, high } : { ratio: 1 / mean, low: 1 / high, high: 1 / low };
}

/** '198 µs against 180 µs (+9.8 %, 95 % interval +7.1 % to +13 %, 5 blocks)'. */
export function changeSentence(
  record: RunRecord,
  { subject, reference }: Comparison,
  statistic: Statistic,
  ratio: Ratio,
): string {
  const pairs = pairsOf(record, reference, subject);
  const side = (runs: readonly RecordedRun[]) =>
    statistic.text(medianOf(runs.flatMap((run) => statistic.of(run) ?? [])));
  const change = changeOf(statistic, ratio);
  return (
    `${side(pairs.map((pair) => pair.subject))} against ${side(pairs.map((pair) => pair.reference))} ` +
    `(${changeText(change.ratio)}, 95 % interval ${changeText(change.low)} to ` +
    `${changeText(change.high)}, ${plural(ratio.perBlock.length, 'block')})`
  );
}
