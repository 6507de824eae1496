import { countText, millisecondsText, plural, rateText, wrap } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { boxedLines } from './boxed-lines.js';
import { isValid } from './comparison.js';
import { bandMethod, decompositionRows } from './decomposition.js';
import { faultSentencesOf } from './fault.js';
import { growthLines } from './growth-text.js';
import { ladderSentences } from './ladder.js';
import { ratioLines } from './ratio-lines.js';
import { mainResolution } from './resolution.js';
import { blockLines } from './table.js';
import { tableLines } from './table-lines.js';
import { verdictOf } from './verdict.js';

const lineWidth = 100;

/** The whole result of a study as text, at most 100 columns wide up to six arms. */
export function renderTerminal(record: RunRecord): string {
  return [
    ...header(record),
    '',
    ...(record.kind === 'run' || record.runs.some(isValid)
      ? tableLines(record, lineWidth)
      : ['No run is valid, so there is no table.']),
    '',
    ...(record.kind === 'run' ? runLines(record) : blockSection(record)),
    ...ratioLines(record, lineWidth),
    // Of an arm against itself that is the verdict.
    ...section('How fine', record.plan.aa ? [] : mainResolution(record)),
    ...decompositionLines(record),
    ...promiseLines(record),
    '',
    ...section('What each step buys', ladderSentences(record)),
    ...section('Under the fault', faultSentencesOf(record)),
    ...boxedLines(verdictOf(record).sentences, lineWidth),
    '',
  ].join('\n');
}

function header({ plan, id, host, versions }: RunRecord): string[] {
  const rate = plan.ratePerSecond === null ? '' : `, ${rateText(plan.ratePerSecond)}`;
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const title =
    `${plan.scenario}${rate}, ${plan.model} model · ${plural(plan.blocks, 'block')} of ` +
    `${plan.measureSeconds} s · seed ${plan.seed} · ${id}`;
  return [
    ...wrap(title, lineWidth),
    ...wrap(
      `${plan.rig} rig, ${plural(host.cores, 'core')} ${host.cpuModel}, ${software.join(', ')}`,
      lineWidth,
    ),
  ];
}

function blockSection(record: RunRecord): string[] {
  return [
    'Medians over the valid runs; acknowledged, stored, lost and unknown are sums, warm-up included.',
    '',
    'p95 of the intended arrivals, by block, in the order in which they ran',
    ...blockLines(record).flatMap((line) => wrap(line, lineWidth, '    ')),
    '',
  ];
}

/** Of a single run: every outcome of the window, and what k6 says itself. */
function runLines({ runs }: RunRecord): string[] {
  return runs.flatMap(({ load: { outcomes, summary }, processes, growth }) => {
    const counts = Object.entries(outcomes).map(([name, count]) => `${countText(count)} ${name}`);
    const p95 = summary.p95Ms === null ? 'no p95' : `p95 ${millisecondsText(summary.p95Ms)}`;
    return [
      'Acknowledged, stored, lost and unknown include the warm-up.',
      `Outcomes: ${counts.join(', ')}`,
      `k6 itself: ${countText(summary.iterations)} iterations, ${countText(summary.dropped)} dropped, ${p95} of all answers`,
      ...growthLines({ processes, growth }),
      '',
    ];
  });
}

/** By the API's own clock, so shorter than what k6 saw. */
function decompositionLines(record: RunRecord): string[] {
  const { columns, rows } = decompositionRows(record);
  if (rows.length === 0) return [];
  const all = [columns, ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  const lines = all.map((row) =>
    row.map((text, at) => (at < 2 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))),
  );
  const method = bandMethod(record);
  return [
    'Where the time of a request goes in the API',
    ...lines.map((cells) => `  ${cells.join('  ')}`.trimEnd()),
    ...(method === null ? [] : wrap(`  p95: ${method}.`, lineWidth, '  ')),
    '',
  ];
}

function section(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [title, ...sentences.flatMap((sentence) => wrap(`· ${sentence}`, lineWidth, '  ')), ''];
}

function promiseLines({ plan, durability }: RunRecord): string[] {
  const width = Math.max(...plan.entries.map(({ label }) => label.length));
  const settings = Object.entries(durability.settings).map(([name, value]) => `${name}=${value}`);
  return [
    'What a 2xx means',
    ...plan.entries.flatMap(({ label, promise }) =>
      wrap(`  ${label.padEnd(width)}  ${promise}`, lineWidth, ''.padEnd(width + 4)),
    ),
    ...(settings.length === 0
      ? []
      : wrap(`  Asked of the servers: ${settings.join(' ')}`, lineWidth, '  ')),
  ];
}
