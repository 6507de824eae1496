import { serviceColours } from '@hotpath/contract/arm-colours';
import { countText, percentText, plural } from '../../number-text.js';
import type { RecordedRun, RunRecord } from '../../run-record.js';
import { growthLimits, growthVerdicts } from '../growth.js';
import { growthConclusion, growthRow } from '../growth-text.js';
import { dataTable } from './data-table.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { type TimeSeries, timeChartIn } from './time-chart.js';

interface Sampled {
  readonly run: RecordedRun;
  readonly name: string;
  readonly everySeconds: number;
  readonly mebibytes: readonly number[];
}

/** Resident memory of every process over window and drain; null for records without samples. */
export function memorySection(record: RunRecord): Markup | null {
  const samples = record.runs.flatMap(samplesOf);
  const labels = record.plan.entries
    .map(({ label }) => label)
    .filter((label) => samples.some(({ run }) => run.label === label));
  if (labels.length === 0) return null;
  return html`<section id="memory"><h2>Memory</h2>
${figure({
  name: 'Resident memory of every process over time, of each arm',
  charts: labels.map((label) => memoryChart(label, samples)),
  caption:
    'Resident memory of each process from the first answer of the window until everything was stored, ' +
    `one line a process and run (n = ${plural(record.runs.length, 'run')}). Growth that does not level ` +
    'off in a long run is a leak, or a backlog; what a short one shows is a process finding its size.',
  data: dataTable({
    caption: 'Resident memory by process and run, MiB',
    columns: ['', 'samples', 'first', 'least', 'most', 'last'],
    rows: samples.map(({ run, name, everySeconds, mebibytes }) => [
      `${run.block === 0 ? '' : `${run.block} · `}${run.label}: ${name}`,
      `${mebibytes.length}, every ${everySeconds} s`,
      ...[
        mebibytes[0] ?? 0,
        Math.min(...mebibytes),
        Math.max(...mebibytes),
        mebibytes.at(-1) ?? 0,
      ].map((each) => `${countText(each)} MiB`),
    ]),
  }),
})}
${record.runs.map((run) => growthOf(run))}
</section>`;
}

/** Does anything grow for ever? Of a run that was long enough to read it. */
function growthOf(run: RecordedRun): Markup | string {
  const verdicts = growthVerdicts(run);
  if (verdicts.length === 0) return '';
  const { settleSeconds, dailyShareMax, heightShareMax } = growthLimits;
  return html`<h3>What could grow for ever: ${run.label}${run.block === 0 ? '' : `, block ${run.block}`}</h3>
<p>${growthConclusion(verdicts)} Growth a day by the Theil–Sen slope of the lowest readings from
${settleSeconds / 60} min on, as a share of their middle; growing is over ${percentText(dailyShareMax)} a day for sure. A backlog is filled and emptied again and again: its share is of its height, and
it grows if its lows rise by over ${percentText(heightShareMax)} of that in the time that is judged.</p>
${dataTable({
  caption: `Growth of ${run.label}`,
  columns: ['', 'range', 'growth a day (95 % interval)', 'verdict'],
  rows: verdicts
    .map(growthRow)
    .map(({ name, range, daily, verdict }) => [...[name, range, daily, verdict]]),
})}`;
}

function samplesOf(run: RecordedRun): Sampled[] {
  return run.processes.flatMap(({ name, memory }) => {
    if (memory === null || memory.rssMebibytes.length < 2 || name === 'k6') return [];
    return [{ run, name, everySeconds: memory.everySeconds, mebibytes: memory.rssMebibytes }];
  });
}

function memoryChart(label: string, samples: readonly Sampled[]): string {
  const colours = new Map<string, string>(Object.entries(serviceColours));
  const own = samples.filter(({ run }) => run.label === label);
  const series = own.map(({ name, everySeconds, mebibytes }): TimeSeries => {
    const colour = colours.get(name);
    const points = mebibytes.map((value, i) => [i * everySeconds, value] as const);
    return { name, points, ...(colour === undefined ? {} : { colour }) };
  });
  return timeChartIn({ title: `${label}: memory`, unit: 'MiB', series });
}
