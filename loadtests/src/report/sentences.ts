import {
  countText,
  intervalText,
  millisecondsText,
  plural,
  rateText,
  shareText,
  timesText,
} from '../number-text.js';
import type { RecordedRun, RunRecord } from '../run-record.js';
import { medianOf } from '../statistics/median.js';
import { type Comparison, isValid, latency, pairsOf, type Ratio, validRuns } from './comparison.js';
import { answered, droppedShare, failedShare, intendedP95, overTimeoutText } from './figures.js';

/**
 * 'p95 2.7 ms against 33 ms (ratio 12 ×, 95 % interval 9.8–14 ×, 5 blocks)', saying whose p95 is
 * which. The ratio is shown whichever way round the caller's sentence has it.
 */
export function latencySentence(record: RunRecord, comparison: Comparison, p95: Ratio): string {
  const { subject, reference, overloaded } = comparison;
  const pairs = pairsOf(record, reference, subject);
  const side = (label: string, runs: readonly RecordedRun[]) => {
    const median = millisecondsText(medianOf(runs.flatMap((run) => latency(run) ?? [])));
    const isOver = runs.some((run) => intendedP95(run) === null);
    return isOver ? `${median} of what ${label} answered` : median;
  };
  const subjectText = side(
    subject,
    pairs.map((pair) => pair.subject),
  );
  const referenceText = side(
    reference,
    pairs.map((pair) => pair.reference),
  );
  const of = overloaded === 'neither' ? ' of the intended arrivals' : '';
  return (
    `p95${of} ${subjectText} against ${referenceText} (ratio ${timesText(p95.ratio)}, ` +
    `95 % interval ${intervalText(p95.low, p95.high)}, ${plural(p95.perBlock.length, 'block')})`
  );
}

/** Why an arm has no p95 of the intended, for those of the labels that have none. */
export function overloads(record: RunRecord, labels: readonly string[]): string[] {
  return labels.flatMap((label) => {
    const runs = validRuns(record, label);
    if (!runs.some((run) => intendedP95(run) === null)) return [];
    const worst = (share: (run: RecordedRun) => number) => Math.max(...runs.map(share));
    const parts = [
      [worst(droppedShare), 'of its arrivals could not be started'] as const,
      [worst(failedShare), 'of its requests were refused, failed or got no answer'] as const,
    ]
      .filter(([share]) => share > 0)
      .map(([share, what]) => `${runs.length > 1 ? 'up to ' : ''}${shareText(share)} ${what}`);
    return [
      `${label} was overloaded: ${parts.join(' and ')}, so its p95 of the intended arrivals is ` +
        `${overTimeoutText(record)}.`,
    ];
  });
}

/** What was acknowledged and is not there, for every arm that stores. */
export function losses(record: RunRecord): string[] {
  const parts = record.plan.entries.flatMap(({ label, storesEvents }) => {
    const ledgers = validRuns(record, label).map((run) => run.ledger);
    const known = ledgers.filter(({ stored }) => stored !== null);
    if (!storesEvents || known.length === 0) return [];
    const sum = (of: (ledger: RecordedRun['ledger']) => number) =>
      known.reduce((total, ledger) => total + of(ledger), 0);
    const acknowledged = countText(sum((ledger) => ledger.acknowledged));
    const [lost, surplus] = [sum((ledger) => ledger.lost), sum((ledger) => ledger.surplus)];
    const doubled = surplus === 0 ? '' : ` and stored ${countText(surplus)} too many`;
    return lost === 0
      ? [`${label} lost none of ${acknowledged} acknowledged counts${doubled}`]
      : [`${label} lost ${countText(lost)} of ${acknowledged} acknowledged counts${doubled}`];
  });
  return parts.length === 0 ? [] : [`${parts.join('; ')}.`];
}

/** Every run that was left out, with the rule that it broke. */
export function exclusions(record: RunRecord): string[] {
  return record.runs
    .filter((run) => !isValid(run))
    .map((run) => {
      const where = run.block === 0 ? run.label : `${run.label} in block ${run.block}`;
      const broken = run.checks.filter((check) => !check.holds);
      const reasons = broken.map(({ name, seen, limit }) => `${name}: ${seen} (limit ${limit})`);
      return `${record.kind === 'run' ? 'Broken by' : 'Left out:'} ${where}. ${reasons.join('; ')}.`;
    });
}

/** A single run in one sentence. */
export function runSentence(record: RunRecord, run: RecordedRun): string {
  const { load, label } = run;
  const intended = intendedP95(run);
  const served = answered('p95')(run);
  const p95 = intended ?? served;
  const text = p95 === null ? 'nothing was answered' : `p95 ${millisecondsText(p95)}`;
  const basis = intended === null && served !== null ? ' of the answered' : '';
  return (
    `${label} acknowledged ${rateText(load.achievedPerSecond)} of ${rateText(load.offeredPerSecond)} ` +
    `offered by ${record.plan.scenario}, ${text}${basis}.`
  );
}
