import { countText, plural, timesText } from '../number-text.js';
import { ledgerCheckName, type RunRecord } from '../run-record.js';
import { blocksMin } from '../statistics/ratio.js';
import { judgeAa } from './aa-verdict.js';
import { type Comparison, comparisonsOf, mainOf, type Ratio } from './comparison.js';
import { ladderSteps } from './ladder.js';
import { powerSentences } from './resolution.js';
import { exclusions, latencySentence, losses, overloads, runSentence } from './sentences.js';
import { changeSentence, statisticOf } from './statistic.js';

export type VerdictKind =
  | 'faster'
  | 'slower'
  | 'no difference'
  | 'measured'
  | 'A/A holds'
  | 'both overloaded'
  | 'A/A broken'
  | 'invalid'
  | 'ledger open'
  | 'unfinished';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The first is the verdict, the others say what it rests on. */
  readonly sentences: readonly string[];
}

interface Judgement {
  readonly kind: VerdictKind;
  readonly sentence: string;
}

/** What the record proves, in words made from its numbers alone. */
export function verdictOf(record: RunRecord): Verdict {
  const open = openLedgers(record);
  if (open.length > 0) {
    return { kind: 'ledger open', sentences: [...open, ...losses(record), ...exclusions(record)] };
  }
  if (record.state !== 'complete') return unfinished(record);
  if (record.kind === 'run') return judgeSingleRun(record);
  const comparisons = comparisonsOf(record);
  const main = mainOf(comparisons);
  if (main === undefined) return invalid(record, 'the study has no arm beside the floor.');
  const ratio = statisticOf(record).ratioOf(main);
  if (ratio === null) return invalid(record, tooFewBlocks(record, main));
  const { kind, sentence, beside: fine = [] } = judgeMain(record, main, ratio);
  // On a ladder each arm is held against the one below it, in sentences of its own.
  const beside = ladderSteps(record).length > 0 ? [] : comparisons;
  const others = beside.flatMap((other) =>
    other === main || other.p95 === null ? [] : [judge(record, other, other.p95).sentence],
  );
  return {
    kind,
    sentences: [
      sentence,
      ...fine,
      ...(asksForWidth(record, kind) ? powerSentences(record, main) : []),
      ...overloads(record, [main.reference, main.subject]),
      ...losses(record),
      ...others,
      ...(record.plan.rateReason === '' ? [] : [record.plan.rateReason]),
      ...exclusions(record),
    ],
  };
}

function judgeMain(
  record: RunRecord,
  main: Comparison,
  ratio: Ratio,
): Judgement & { readonly beside?: readonly string[] } {
  if (record.plan.aa) return judgeAa(record, main, ratio);
  return record.plan.judgedBy === undefined
    ? judge(record, main, ratio)
    : judgeByStatistic(record, main, ratio);
}

/** Beside a plain difference the width of its interval is in the verdict already. */
function asksForWidth({ plan }: RunRecord, kind: VerdictKind): boolean {
  return plan.stop !== undefined || kind === 'no difference' || kind === 'A/A holds';
}

function judge(record: RunRecord, comparison: Comparison, p95: Ratio): Judgement {
  const { subject, reference, overloaded } = comparison;
  const { ratePerSecond, fault } = record.plan;
  const rate =
    `${countText(ratePerSecond ?? 0)} arrivals a second` +
    (fault === undefined ? '' : ` under the fault ${fault}`);
  const measured = latencySentence(record, comparison, p95);
  if (overloaded === 'both') {
    const sentence =
      `No verdict: ${reference} and ${subject} are both overloaded at ${rate}. ` +
      `Compare them at a lower --rate.`;
    return { kind: 'both overloaded', sentence };
  }
  if (p95.low > 1 && overloaded !== 'subject') {
    const sentence = `${subject} is ${factor(overloaded, p95)} faster than ${reference} at ${rate}: ${measured}.`;
    return { kind: 'faster', sentence };
  }
  if (p95.high < 1 && overloaded !== 'reference') {
    const turned = turn(p95);
    const sentence =
      `${subject} is ${factor(overloaded, turned)} slower than ${reference} at ${rate}: ` +
      `${latencySentence(record, comparison, turned)}.`;
    return { kind: 'slower', sentence };
  }
  if (overloaded === 'neither') {
    const sentence = `No difference shown between ${subject} and ${reference} at ${rate}: ${measured}.`;
    return { kind: 'no difference', sentence };
  }
  const [carries, fails] = overloaded === 'reference' ? [subject, reference] : [reference, subject];
  const sentence =
    `${carries} carries ${rate} and ${fails} does not. How much faster it is can't be said, as ` +
    `only what ${fails} did answer has a latency: ${measured}.`;
  return { kind: overloaded === 'reference' ? 'faster' : 'slower', sentence };
}

/**
 * The p95 of what an overloaded arm answered flatters it, so the ratio is only a bound; of a bound
 * that is itself uncertain, the end of the interval is what can be claimed.
 */
function factor(overloaded: Comparison['overloaded'], { ratio, low }: Ratio): string {
  return overloaded === 'neither' ? timesText(ratio) : `at least ${timesText(low)}`;
}

function turn({ ratio, low, high, perBlock }: Ratio): Ratio {
  return {
    ratio: 1 / ratio,
    low: 1 / high,
    high: 1 / low,
    perBlock: perBlock.map((value) => 1 / value),
  };
}

/** By something else than p95: cost or throughput, of which an overloaded arm has a true value too. */
function judgeByStatistic(record: RunRecord, comparison: Comparison, ratio: Ratio): Judgement {
  const { subject, reference } = comparison;
  const statistic = statisticOf(record);
  const measured = changeSentence(record, comparison, statistic, ratio);
  if (ratio.low <= 1 && ratio.high >= 1) {
    const sentence = `No difference shown between ${subject} and ${reference} in ${statistic.noun}: ${measured}.`;
    return { kind: 'no difference', sentence };
  }
  const [kind, word] =
    ratio.low > 1 ? (['faster', 'better'] as const) : (['slower', 'worse'] as const);
  return {
    kind,
    sentence: `${subject} is ${word} than ${reference} in ${statistic.noun}: ${measured}.`,
  };
}

function judgeSingleRun(record: RunRecord): Verdict {
  const [run] = record.runs;
  if (run === undefined) return invalid(record, 'the record has no run.');
  if (run.checks.some(({ holds }) => !holds))
    return invalid(record, 'a rule of measuring was broken, so these figures prove nothing.');
  const sentences = [
    runSentence(record, run),
    ...overloads(record, [run.label]),
    ...losses(record),
  ];
  return { kind: 'measured', sentences };
}

function openLedgers(record: RunRecord): string[] {
  return record.runs
    .filter((run) => run.checks.some(({ name, holds }) => name === ledgerCheckName && !holds))
    .map(({ label, block, ledger, drainMs }) => {
      const where = block === 0 ? '' : ` in block ${block}`;
      return ledger.stored === null
        ? `LEDGER OPEN: ${label} promises exactness, and what it stored${where} could not be read.`
        : `LEDGER OPEN: ${label} promises exactness, yet${where} ${lostOrLate(drainMs)} ${countText(ledger.lost)} ` +
            `and stored ${countText(ledger.surplus)} too many of ` +
            `${countText(ledger.acknowledged)} acknowledged counts ` +
            `(${plural(ledger.issuesOpen, 'issue')} open).`;
    });
}

/** While it still stores nobody can tell what is lost from what is late. */
function lostOrLate(drainMs: number | null): string {
  return drainMs === null ? 'when the time to drain was over it still lacked' : 'it lost';
}

function unfinished({ kind, state, problem, plan, runs }: RunRecord): Verdict {
  const planned = plural(plan.entries.length * plan.blocks, 'run');
  const how = state === 'running' ? 'still runs, or was killed,' : `was ${state}`;
  const told = state === 'failed' ? 'failed' : how;
  const why = problem === '' ? '' : `: ${problem}`;
  const sentence = `No verdict: the ${kind} ${told} after ${runs.length} of ${planned}${why}.`;
  return { kind: 'unfinished', sentences: [sentence] };
}

function invalid(record: RunRecord, why: string): Verdict {
  const broken = record.runs.flatMap(({ checks }) => checks.filter(({ holds }) => !holds));
  const disturbed = broken.some(({ name }) => name.startsWith('background load'));
  const advice =
    'Something else uses this machine: close it, or wait until it is done, and run again.';
  return {
    kind: 'invalid',
    sentences: [`INVALID: ${why}`, ...exclusions(record), ...(disturbed ? [advice] : [])],
  };
}

function tooFewBlocks({ plan }: RunRecord, { blocks, subject, reference }: Comparison): string {
  return blocks.length >= blocksMin
    ? `${subject} or ${reference} answered nothing in a block, so there is nothing to compare.`
    : `${blocks.length} of ${plural(plan.blocks, 'block')} can be used to compare ${subject} ` +
        `with ${reference} and ${blocksMin} are needed, so there is no interval and no verdict.`;
}
