/** Histories as text of at most 100 columns. Pure. */
import { changeText, plural, rateText, wrap } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { valuesMin } from '../statistics/change-points.js';
import type { History, HistoryChange, HistoryPoint, HistorySeries } from './history.js';

const lineWidth = 100;
const nameWidth = 19;
const valueWidth = 11;
/** The newest; more would not fit beside their numbers. */
export const sparksMax = 64;

export function renderHistories(histories: readonly History[]): string {
  return histories.flatMap(historyLines).join('\n');
}

function historyLines({ records, series }: History): string[] {
  const [first] = records;
  if (first === undefined) return [];
  const labels = [...new Set(series.map(({ label }) => label))];
  return [
    ...wrap(setting(first), lineWidth, '  '),
    ...recordLines(records),
    '',
    ...labels.flatMap((label) => [
      label,
      ...series.filter((one) => one.label === label).flatMap((one) => seriesLines(one, records)),
    ]),
    '',
    ...wrap(scaleSentence(records.length), lineWidth),
    ...wrap(marksSentence(records.length, series), lineWidth),
    '',
  ];
}

function setting({ kind, plan, host }: RunRecord): string {
  const rate = plan.ratePerSecond === null ? '' : `, ${rateText(plan.ratePerSecond)}`;
  return (
    `${plan.aa ? 'A/A ' : ''}${kind} of ${plan.scenario}${rate}, windows of ${plan.measureSeconds} s, ` +
    `${plan.rig} rig, ${plural(host.cores, 'core')} ${host.cpuModel}`
  );
}

/** First and last only: the others are named where something changed. */
function recordLines(records: readonly RunRecord[]): string[] {
  const ends = records.length === 1 ? [0] : [0, records.length - 1];
  return ends.map((at) => `  ${nameOf(records, at)}`);
}

function nameOf(records: readonly RunRecord[], at: number): string {
  const record = records[at];
  if (record === undefined) return `#${at + 1}`;
  const { id, startedAt, program } = record;
  const commit = program.commit === null ? '' : `, commit ${program.commit.slice(0, 9)}`;
  return `#${at + 1} ${id}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC${commit}`;
}

function seriesLines(
  { figure, points, changes }: HistorySeries,
  records: readonly RunRecord[],
): string[] {
  const shown = points.slice(-sparksMax);
  const latest = points.findLast(({ text }) => text !== '')?.text ?? '';
  return [
    `  ${figure.name.padEnd(nameWidth)}${sparkline(shown).padEnd(Math.min(sparksMax, points.length))}` +
      `${latest.padStart(valueWidth)}`,
    ...changes.flatMap((change) =>
      wrap(`    ${changeSentence(figure.text, change, records)}`, lineWidth, '      '),
    ),
  ];
}

function changeSentence(
  text: (value: number) => string,
  { at, p, before, after, isWorse }: HistoryChange,
  records: readonly RunRecord[],
): string {
  const by = `${text(before)} → ${text(after)}, ${changeText(after / before)}, p = ${p.toFixed(3)}`;
  return `${isWorse ? 'WORSE' : 'better'} (${by}) from ${nameOf(records, at)}`;
}

const sparks = '▁▂▃▄▅▆▇█';

/** A row that hardly moves must not look as if it did: the top is at least this much above the least. */
const spanMin = 1.05;

/** Between least and most; · where there is no number. */
function sparkline(points: readonly HistoryPoint[]): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const least = Math.min(...values);
  const most = Math.max(...values, least * spanMin);
  return points
    .map(({ value }) => {
      if (value === null) return '·';
      const share = (value - least) / (most - least);
      return sparks[Math.round(share * (sparks.length - 1))];
    })
    .join('');
}

function scaleSentence(records: number): string {
  const older = records > sparksMax ? ` The bars are the newest ${sparksMax}.` : '';
  return `A bar is one record, least to most of its row, · one without a number; at the end the newest.${older}`;
}

function marksSentence(records: number, series: readonly HistorySeries[]): string {
  if (records < valuesMin) {
    return (
      `${plural(records, 'record')} of this kind: from ${valuesMin} on a change of level can be told from ` +
      `chance. ./hotpath compare holds two against each other.`
    );
  }
  const found = series.reduce((sum, { changes }) => sum + changes.length, 0);
  return (
    `${plural(found, 'change')} of level in ${plural(series.length, 'row')} over ` +
    `${plural(records, 'record')} (E-divisive, 5 % level: of rows that only scatter, one in ` +
    `twenty is marked as well).`
  );
}
