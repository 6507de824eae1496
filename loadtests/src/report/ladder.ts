/** What each step of the ladder buys: neighbouring arms compared, in words. Pure. */
import { type ArmName, ladder } from '../arms.js';
import { countText, intervalText, shareText, timesText } from '../number-text.js';
import type { RecordedLoad, RunRecord } from '../run-record.js';
import { type Comparison, compareArms, type Ratio, validRuns } from './comparison.js';

/** The last arrivals of a window may be answered after it. */
const carriedShareMin = 0.995;

/** What is changed on the way to an arm. */
const changes: Partial<Record<ArmName, string>> = {
  upsert: 'one statement that adds, instead of reading and writing back',
  'group-commit': 'events that arrive together in one transaction, still without Redis',
  async: 'Redis takes the batch, a worker brings it to MySQL',
};

/** Neighbours on the ladder, when the study has at least three arms of it; else none. */
export function ladderSteps(record: RunRecord): Comparison[] {
  if (record.plan.aa) return [];
  const climbed = ladder.flatMap(
    (arm) => record.plan.entries.find((entry) => entry.arm === arm) ?? [],
  );
  if (climbed.length < 3) return [];
  return climbed.slice(1).flatMap((subject, at) => {
    const reference = climbed[at];
    return reference === undefined ? [] : [compareArms(record, reference, subject)];
  });
}

/** A sentence a step with enough valid blocks, and one that says where the last step does not help. */
export function ladderSentences(record: RunRecord): string[] {
  const steps = ladderSteps(record).filter(({ p95, throughput }) => p95 ?? throughput);
  return [...steps.map((step) => stepSentence(record, step)), ...redisSentence(record, steps)];
}

function stepSentence(record: RunRecord, step: Comparison): string {
  const { reference, subject, throughput, cpu } = step;
  const change = changes[subject as ArmName];
  const parts = [
    latencyPart(step),
    bothCarryAll(record, step)
      ? 'both carry all that is offered'
      : part('throughput', throughput, 'higher', 'lower'),
    part('CPU an event', cpu, 'lower', 'higher'),
    lossPart(record, step),
  ];
  return `${reference} → ${subject}${change === undefined ? '' : ` (${change})`}: ${parts.join('; ')}.`;
}

/** Arrivals come on a schedule, so throughput can't tell two arms apart that both keep up. */
function bothCarryAll(record: RunRecord, { reference, subject }: Comparison): boolean {
  const runs = [reference, subject].flatMap((label) => validRuns(record, label));
  const isCarried = ({ achievedPerSecond, offeredPerSecond }: RecordedLoad) =>
    achievedPerSecond >= offeredPerSecond * carriedShareMin;
  return record.plan.model === 'open' && runs.every(({ load }) => isCarried(load));
}

function latencyPart({ p95, overloaded, reference, subject }: Comparison): string {
  if (p95 === null) return 'p95 not comparable';
  const range = intervalText(p95.low, p95.high);
  switch (overloaded) {
    case 'neither':
      return part('p95', p95, 'shorter', 'longer');
    case 'both':
      return 'p95 says nothing, as both are overloaded';
    case 'reference':
      return p95.low > 1
        ? `p95 at least ${timesText(p95.low)} shorter (of what ${reference} did answer: ${range})`
        : `${reference} is overloaded and ${subject} is not`;
    case 'subject':
      return p95.high < 1
        ? `p95 at least ${timesText(1 / p95.high)} longer (of what ${subject} did answer)`
        : `${subject} is overloaded and ${reference} is not`;
  }
}

function part(name: string, ratio: Ratio | null, better: string, worse: string): string {
  if (ratio === null) return `${name} not comparable`;
  const range = `95 % interval ${intervalText(ratio.low, ratio.high)}`;
  if (ratio.low > 1) return `${name} ${timesText(ratio.ratio)} ${better} (${range})`;
  if (ratio.high < 1) {
    const turned = intervalText(1 / ratio.high, 1 / ratio.low);
    return `${name} ${timesText(1 / ratio.ratio)} ${worse} (95 % interval ${turned})`;
  }
  return `${name}: no difference shown (${timesText(ratio.ratio)}, ${range})`;
}

function lossPart(record: RunRecord, { reference, subject, kept }: Comparison): string {
  const [before, after] = [lossOf(record, reference), lossOf(record, subject)];
  if (before === 'none' && after === 'none') return 'nothing lost in either';
  const range = kept === null ? '' : `, counts kept ${timesText(kept.ratio)}`;
  const interval = kept === null ? '' : ` (95 % interval ${intervalText(kept.low, kept.high)})`;
  return `lost ${before} → ${after}${range}${interval}`;
}

function lossOf(record: RunRecord, label: string): string {
  const ledgers = validRuns(record, label).map(({ ledger }) => ledger);
  const lost = ledgers.reduce((sum, ledger) => sum + ledger.lost, 0);
  const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0);
  if (lost === 0) return 'none';
  return `${countText(lost)} (${shareText(lost / Math.max(1, acknowledged))})`;
}

/** Said as plainly as what it does buy. */
function redisSentence(record: RunRecord, steps: readonly Comparison[]): string[] {
  const step = steps.at(-1);
  if (step?.subject !== 'async' || step.overloaded !== 'neither') return [];
  const bought = (ratio: Ratio | null) => ratio !== null && ratio.low > 1;
  const missed = [
    ...(bought(step.p95) ? [] : ['a shorter p95']),
    ...(bought(step.throughput) || bothCarryAll(record, step) ? [] : ['throughput']),
    ...(bought(step.cpu) ? [] : ['cheaper events']),
  ];
  if (missed.length === 0) return [];
  return [
    `What Redis does not buy at this load, over ${step.reference}: ${missed.join(', ')}. What it is for, ` +
      'this load does not ask: see --fault row-lock, MySQL stopped, an event sent twice.',
  ];
}
