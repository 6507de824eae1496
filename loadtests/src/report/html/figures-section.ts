import {
  countText,
  microsecondsText,
  millisecondsText,
  none,
  plural,
  rateText,
  shareText,
} from '../../number-text.js';
import type { RecordedRun, RunRecord } from '../../run-record.js';
import { isValid, validRuns } from '../comparison.js';
import {
  answered,
  armCpuMicros,
  droppedShare,
  failedShare,
  intendedP95,
  overTimeoutText,
} from '../figures.js';
import { tableOf } from '../table.js';
import { type DataCell, dataTable, datum } from './data-table.js';
import { html, type Markup } from './markup.js';

/** The table of the study, and every run by itself. */
export function figuresSection(record: RunRecord): Markup | null {
  if (record.runs.length === 0) return null;
  return html`<section id="figures"><h2>The figures</h2>
${record.kind === 'run' || record.runs.some(isValid) ? mediansTable(record) : html`<p>No run is valid, so there are no medians.</p>`}
<h3>Every run</h3>
${runsTables(record)}
</section>`;
}

function mediansTable(record: RunRecord): Markup {
  const { columns, rows } = tableOf(record);
  const shown = rows.filter((row) => row !== null);
  const counted = columns.map((label) => {
    const runs = validRuns(record, label);
    const answers = runs.reduce((sum, run) => sum + run.load.answered, 0);
    return html`${plural(runs.length, 'run')}, <span class="times">${plural(answers, 'answer')}</span>`;
  });
  return dataTable({
    caption:
      record.kind === 'run'
        ? 'The measured window; acknowledged, stored, lost and unknown include the warm-up.'
        : 'Medians over the valid runs, with multiples of the floor; acknowledged, stored, lost and ' +
          'unknown are sums over them, warm-up included.',
    columns: ['', ...columns],
    rows: [
      ['n', ...counted],
      ...shown.map(({ name, cells }) => [
        name.trim(),
        ...cells.map(({ value, timesFloor }) =>
          timesFloor === '' ? value : html`${value} <span class="times">${timesFloor} floor</span>`,
        ),
      ]),
    ],
    rowClass: (row) => (row > 0 && shown[row - 1]?.name.startsWith(' ') ? 'part' : ''),
  });
}

function runsTables(record: RunRecord): Markup[] {
  const { runs } = record;
  const rowClass = (row: number) => (runs[row] && isValid(runs[row]) ? '' : 'invalid');
  return [
    dataTable({
      caption:
        'Load and latency of every run, in the order in which they ran. Latencies are those of the ' +
        'acknowledged; n is how many.',
      columns: [
        ...['run', 'valid', 'offered', 'achieved', 'dropped', 'failed', 'n', 'p50', 'p95', 'p99'],
        ...['max', 'p95 of intended'],
      ],
      rows: runs.map((run) => loadRow(record, run)),
      rowClass,
    }),
    dataTable({
      caption: 'What every run stored and cost. Events include the warm-up.',
      columns: [
        ...['run', 'valid', 'acknowledged', 'stored', 'lost', 'unknown', 'all stored after'],
        ...['CPU an event', 'host idle'],
      ],
      rows: runs.map(costRow),
      rowClass,
    }),
  ];
}

function headOf({ block, label }: RecordedRun): string {
  return block === 0 ? label : `${block} · ${label}`;
}

function loadRow(record: RunRecord, run: RecordedRun): DataCell[] {
  const { load } = run;
  const ms = (value: number | null, absent?: string) => datum(value, millisecondsText, absent);
  return [
    headOf(run),
    isValid(run) ? 'yes' : 'NO',
    datum(load.offeredPerSecond, rateText),
    datum(load.achievedPerSecond, rateText),
    datum(droppedShare(run), shareText),
    datum(failedShare(run), shareText),
    datum(load.outcomes.counted + load.outcomes.duplicate, countText),
    ...(['p50', 'p95', 'p99'] as const).map((quantile) => ms(answered(quantile)(run))),
    ms(load.answeredMs?.max ?? null),
    record.plan.model === 'open' ? ms(intendedP95(run), overTimeoutText(record)) : none,
  ];
}

function costRow(run: RecordedRun): DataCell[] {
  const { ledger, drainMs, host } = run;
  const isRead = ledger.stored !== null;
  return [
    headOf(run),
    isValid(run) ? 'yes' : 'NO',
    datum(ledger.acknowledged, countText),
    datum(ledger.stored, countText),
    datum(isRead ? ledger.lost : null, countText),
    datum(ledger.unknown, countText),
    isRead ? datum(drainMs, millisecondsText, 'too late') : none,
    datum(armCpuMicros(run), microsecondsText),
    datum(host.idleShare, shareText),
  ];
}
