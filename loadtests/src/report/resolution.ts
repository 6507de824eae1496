/** How small a difference the blocks of a study can show, and how many blocks a smaller one takes. Pure. */
import { countText, figureText, percentText, plural, shareText } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { blocksInAll, blocksMin, blocksOfAnother, widthOf } from '../statistics/ratio.js';
import { type Comparison, comparisonsOf, mainOf } from './comparison.js';
import { statisticOf, statistics } from './statistic.js';

/** Asked of a study that shows no difference and was not told what width is wanted. */
const widthDefault = 0.1;

/** '±27 %, ±0.4 %': from a tenth on whole per cents, from double on 'a factor of 2.4'. */
export function widthText(width: number): string {
  if (width >= 1) return `a factor of ${figureText(1 + width)}`;
  return `±${width < 0.0995 ? shareText(width) : `${(width * 100).toFixed(0)} %`}`;
}

/**
 * Of each statistic of the comparison, the smallest difference that can be told from none. It is half the width of
 * the interval; the estimate of a true difference of that size falls on either side of it equally often.
 */
export function resolutionSentence(comparison: Comparison): string[] {
  const { subject, reference, blocks } = comparison;
  const widths = Object.values(statistics).flatMap(({ noun, ratioOf }) => {
    const ratio = ratioOf(comparison);
    return ratio === null ? [] : [`${noun} ${widthText(widthOf(ratio))}`];
  });
  if (widths.length === 0) return [];
  return [
    `Smallest difference that ${plural(blocks.length, 'block')} of ${reference} and ${subject} can show: ` +
      `${widths.join(', ')}. It is half the width of each interval; of that size, every second such study finds it.`,
  ];
}

/** The resolution of the comparison that the verdict is about. */
export function mainResolution(record: RunRecord): string[] {
  const main = mainOf(comparisonsOf(record));
  return main === undefined ? [] : resolutionSentence(main);
}

/**
 * Is the interval as narrow as was asked for, or as is usually wanted, and what would make it so? Nothing to
 * say where nobody asked and it is.
 */
export function powerSentences(record: RunRecord, comparison: Comparison): string[] {
  const { stop } = record.plan;
  const { noun, ratioOf } = statisticOf(record);
  const ratio = ratioOf(comparison);
  if (ratio === null) return [];
  const wanted = stop?.width ?? widthDefault;
  const width = widthOf(ratio);
  const blocks = plural(ratio.perBlock.length, 'block');
  const asked = `±${percentText(wanted)}`;
  const spread =
    stop !== undefined && stop.blocksMin < stop.blocksMax
      ? `, judged by the spread of the first ${stop.blocksMin}, which decide how many there are`
      : '';
  if (width <= wanted) {
    if (stop === undefined) return [];
    return [
      `The interval of ${noun} is ${widthText(width)} after ${blocks}${spread}; ${asked} was asked for.`,
    ];
  }
  const needed = blocksOfAnother(ratio.perBlock, wanted);
  const need =
    needed === null
      ? 'no number of blocks like these gives that'
      : `that takes about ${countText(needed)} blocks like these (--blocks ${needed})`;
  const was = stop === undefined ? `for ${asked}` : `wider than the ${asked} asked for`;
  return [
    `The interval of ${noun} is ${widthText(width)} after ${blocks}${spread}; ${was}: ${need}.`,
  ];
}

/**
 * Has a study the blocks that its own rule asks for? The rule is fixed before the first block: its first
 * blocksMin usable blocks decide how many it takes, once; what comes later has no say.
 */
export function isEnough(record: RunRecord): boolean {
  const { stop } = record.plan;
  const main = mainOf(comparisonsOf(record));
  if (stop === undefined || main === undefined) return false;
  const ratios = statisticOf(record).ratioOf(main)?.perBlock ?? [];
  const first = ratios.slice(0, Math.max(stop.blocksMin, blocksMin));
  if (first.length < Math.max(stop.blocksMin, blocksMin)) return false;
  return ratios.length >= blocksInAll(first, stop.width);
}
