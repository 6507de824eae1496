import { intervalText, percentText, plural } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { widthOf } from '../statistics/ratio.js';
import type { Comparison, Ratio } from './comparison.js';
import { resolutionSentence, widthText } from './resolution.js';
import { changeOf, changeSentence, statisticOf } from './statistic.js';

interface AaJudgement {
  readonly kind: 'A/A holds' | 'A/A broken' | 'slower' | 'no difference';
  readonly sentence: string;
  /** How small a difference can be seen. */
  readonly beside: readonly string[];
}

/** One arm under two names; if one of the two was slowed on purpose, whether that was found. */
export function judgeAa(record: RunRecord, comparison: Comparison, ratio: Ratio): AaJudgement {
  const planted = record.plan.entries.find(
    ({ label }) => label === comparison.subject,
  )?.plantedShare;
  const judged =
    planted === undefined
      ? judgeAlike(record, comparison, ratio)
      : judgePlanted(record, comparison, ratio, planted);
  return { ...judged, beside: resolutionSentence(comparison) };
}

type Judged = Omit<AaJudgement, 'beside'>;

function judgeAlike(record: RunRecord, { subject, reference }: Comparison, ratio: Ratio): Judged {
  const { noun } = statisticOf(record);
  const { low, high, perBlock } = ratio;
  const interval = `95 % interval ${intervalText(low, high)}, ${plural(perBlock.length, 'block')}`;
  if (low <= 1 && high >= 1) {
    const smallest = widthText(widthOf(ratio)).replace('±', '');
    const sentence =
      `A/A holds: ${reference} and ${subject} are one arm, and the interval of their ${noun} ratio ` +
      `covers 1 (${interval}). Differences below ${smallest} can't be seen on this rig.`;
    return { kind: 'A/A holds', sentence };
  }
  const sentence =
    `A/A BROKEN: ${reference} and ${subject} are one arm, yet the interval of their ${noun} ratio ` +
    `misses 1 (${interval}). This rig shows differences that are not there.`;
  return { kind: 'A/A broken', sentence };
}

function judgePlanted(
  record: RunRecord,
  comparison: Comparison,
  ratio: Ratio,
  planted: number,
): Judged {
  const { subject, reference } = comparison;
  const statistic = statisticOf(record);
  const { low, high } = changeOf(statistic, ratio);
  const found = changeSentence(record, comparison, statistic, ratio);
  const much = percentText(planted);
  const worse = statistic.isGain ? high < 1 : low > 1;
  if (worse) {
    const sentence =
      `Found: ${subject} was made to burn ${much} more CPU than ${reference}, and its ` +
      `${statistic.noun} shows it: ${found}.`;
    return { kind: 'slower', sentence };
  }
  if (low <= 1 && high >= 1) {
    const sentence =
      `No difference seen: ${subject} was made to burn ${much} more CPU than ${reference}, and the ` +
      `interval of its ${statistic.noun} covers none: ${found}.`;
    return { kind: 'no difference', sentence };
  }
  const sentence =
    `A/A BROKEN: ${subject} was made to burn ${much} more CPU than ${reference}, yet its ` +
    `${statistic.noun} is better: ${found}.`;
  return { kind: 'A/A broken', sentence };
}
