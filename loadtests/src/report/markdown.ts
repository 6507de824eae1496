import { plural, rateText } from '../number-text.js';
import type { RecordHead } from '../record-head.js';
import type { RunRecord } from '../run-record.js';
import { bandMethod, decompositionRows } from './decomposition.js';
import { faultSentencesOf } from './fault.js';
import { ladderSentences } from './ladder.js';
import { type Row, tableOf } from './table.js';
import { verdictOf } from './verdict.js';

/** Rows of the README's table: the whole table is for those who run the study themselves. */
const readmeRows = [
  'offered',
  'achieved (2xx)',
  'dropped',
  'refused or failed',
  'p50 of answered',
  'p95 of answered',
  'p99 of answered',
  'p95 of intended',
  'acknowledged',
  'stored',
  'lost',
  'all stored after',
  'CPU an event, all',
];

const ladderRows = [
  'achieved (2xx)',
  'p95 of answered',
  'p95 of intended',
  'lost',
  'CPU an event, all',
];

const limitRows = ['achieved (2xx)', 'p95 of answered', 'CPU an event, all'];

/** The result as a block for the README: verdict, table, where it was measured. */
export function renderMarkdown(record: RunRecord): string {
  const [verdict = '', ...reasons] = verdictOf(record).sentences;
  return [
    `**${verdict}**`,
    ...(reasons.length === 0 ? [] : ['', ...reasons.map((reason) => `- ${reason}`)]),
    '',
    ...table(record, readmeRows),
    ...list('What each step buys', ladderSentences(record)),
    ...list('Under the fault', faultSentencesOf(record)),
    ...decompositionTable(record),
    measuredWhere(record),
    '',
    ...record.plan.entries.map(({ label, promise }) => `- A 2xx of ${label}: ${promise}`),
    '',
  ].join('\n');
}

/** What each step of the ladder buys, as a block for the README. */
export function renderLadderMarkdown(record: RunRecord): string {
  const steps = ladderSentences(record).map((sentence) => `- ${sentence}`);
  return [...table(record, ladderRows), ...steps, '', measuredWhere(record), ''].join('\n');
}

function table(record: RunRecord, names: readonly string[]): string[] {
  const { columns, rows } = tableOf(record);
  const shown = rows.filter((row): row is Row => row !== null && names.includes(row.name));
  return [
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '--:').join('|')}|`,
    ...shown.map(({ name, cells }) => {
      const texts = cells.map(({ value, timesFloor }) =>
        timesFloor === '' ? value : `${value} (${timesFloor})`,
      );
      return `| ${name} | ${texts.join(' | ')} |`;
    }),
    '',
  ];
}

function list(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [`${title}:`, '', ...sentences.map((sentence) => `- ${sentence}`), ''];
}

/** Only of records that know both the mean and the slow ones. */
function decompositionTable(record: RunRecord): string[] {
  const method = bandMethod(record);
  const { columns, rows } = decompositionRows(record);
  if (method === null || rows.length === 0) return [];
  return [
    `Where the time of a request goes in the API; p95: ${method}.`,
    '',
    `| ${columns.join(' | ')} |`,
    `|---|---|${columns
      .slice(2)
      .map(() => '--:')
      .join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

/** The p95 and the price of an event, as a block for the README. */
export function renderLimitMarkdown(record: RunRecord): string {
  return [...table(record, limitRows), measuredWhere(record), ''].join('\n');
}

/** Machine, software, seed, day and record. */
export function whereText({ host, versions, startedAt, id }: RecordHead, seed: number): string {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    `${plural(host.cores, 'core')} ${host.cpuModel}, ${software.join(', ')}, seed ${seed}, ` +
    `${startedAt.slice(0, 10)}, record ${id}.`
  );
}

function measuredWhere(record: RunRecord): string {
  const { plan } = record;
  const rate = plan.ratePerSecond === null ? '' : `, ${rateText(plan.ratePerSecond)}`;
  return (
    `${plan.scenario} (${plan.model} model${rate}), ${plural(plan.blocks, 'block')} of ` +
    `${plan.measureSeconds} s, medians over blocks (of events: sums, warm-up included), ` +
    'multiples of the floor in brackets. ' +
    whereText(record, plan.seed)
  );
}
