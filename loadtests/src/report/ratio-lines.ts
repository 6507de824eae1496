import { intervalText, timesText, wrap } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { type Comparison, comparisonsOf, mainOf, type Ratio } from './comparison.js';
import { ladderSteps } from './ladder.js';

const nameWidth = 28;
const ratioWidth = 10;
const intervalWidth = 16;
const indent = 2 + nameWidth + ratioWidth + 3;

/** Ratios between arms with interval and every block's value; none where no two arms can be compared. */
export function ratioLines(record: RunRecord, lineWidth: number): string[] {
  const steps = ladderSteps(record);
  const comparisons = comparisonsOf(record);
  // On a ladder each arm is compared with the one below it, and only one with the question too.
  const main = mainOf(comparisons);
  const shown = steps.length === 0 || main === undefined ? comparisons : [main, ...steps];
  const lines = shown.flatMap((comparison) => linesOf(comparison, lineWidth));
  const head = `${''.padEnd(indent - 8)}ratio   ${'95 % interval'.padEnd(intervalWidth)}by block`;
  return lines.length === 0 ? [] : [head, ...lines, ''];
}

function linesOf(comparison: Comparison, lineWidth: number): string[] {
  const { subject, reference, p95, throughput, cpu, kept, overloaded } = comparison;
  const bounds = { neither: '', reference: '≥ ', subject: '≤ ', both: '? ' };
  const line = (name: string, ratio: Ratio | null, prefix = '') =>
    ratio === null
      ? []
      : wrap(
          `  ${name.padEnd(nameWidth)}${(prefix + timesText(ratio.ratio)).padStart(ratioWidth)}   ` +
            `${intervalText(ratio.low, ratio.high).padEnd(intervalWidth)}` +
            `${ratio.perBlock.map(timesText).join(', ')}`,
          lineWidth,
          ''.padEnd(indent + intervalWidth),
        );
  const lostAny = kept?.perBlock.some((ratio) => ratio !== 1);
  const lines = [
    ...line('p95, shorter by', p95, bounds[overloaded]),
    ...line('throughput, higher by', throughput),
    ...line('CPU an event, lower by', cpu),
    ...(lostAny === true ? line('counts kept, more by', kept) : []),
  ];
  return lines.length === 0 ? [] : [`${subject} against ${reference}`, ...lines];
}
