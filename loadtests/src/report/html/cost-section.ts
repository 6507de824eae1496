import { serviceColours } from '@hotpath/contract/arm-colours';
import { figureText, microsecondsText, plural } from '../../number-text.js';
import type { RecordedRun, RunRecord } from '../../run-record.js';
import { medianOf } from '../../statistics/median.js';
import { isValid, validRuns } from '../comparison.js';
import { armCpuMicros } from '../figures.js';
import { categories } from './bars.js';
import { chartLegend, chartTitle, drawChart } from './chart.js';
import { dataTable, datum } from './data-table.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { linearScale } from './scale.js';
import { themed } from './theme.js';

interface Cost {
  readonly label: string;
  readonly runs: readonly RecordedRun[];
  /** Microseconds an acknowledged event, by process; median over runs. */
  readonly parts: ReadonlyMap<string, number>;
  readonly all: number;
}

/** What an event costs, which process pays; null where no process could be metered. */
export function costSection(record: RunRecord): Markup | null {
  const costs = costsOf(record);
  if (costs.length === 0) return null;
  const names = [...new Set(costs.flatMap(({ parts }) => [...parts.keys()]))];
  const drawn = names.filter((name) => name !== 'k6');
  const n = costs.map(({ label, runs }) => `${label} n = ${plural(runs.length, 'run')}`).join(', ');
  return html`<section id="cost"><h2>What an event costs</h2>
${figure({
  name: 'CPU an acknowledged event, by process, of each arm',
  charts: [costChart(costs, drawn)],
  caption:
    'CPU time of each process of the arm for one acknowledged event, microseconds, from the start of ' +
    'the window until everything was stored, so that work put off is paid for too. Medians over the ' +
    `valid runs (${n}). The generator (k6) is not part of an arm; it stands in the table.`,
  data: dataTable({
    caption: 'CPU an acknowledged event, medians over the valid runs',
    columns: ['', 'n', 'all but k6', ...names],
    rows: costs.map(({ label, runs, parts, all }) => [
      label,
      plural(runs.length, 'run'),
      datum(all, microsecondsText),
      ...names.map((name) => datum(parts.get(name) ?? null, microsecondsText)),
    ]),
  }),
})}
</section>`;
}

function costsOf(record: RunRecord): Cost[] {
  return record.plan.entries.flatMap(({ label }) => {
    const runs = validRuns(record, label).filter((run) => armCpuMicros(run) !== null);
    if (runs.length === 0 || !runs.every(isValid)) return [];
    const names = [...new Set(runs.flatMap(({ processes }) => processes.map((p) => p.name)))];
    const parts = names.map((name) => {
      const costs = runs.flatMap(
        ({ processes }) => processes.find((p) => p.name === name)?.cpuMicrosPerEvent ?? [],
      );
      return [name, costs.length === 0 ? 0 : medianOf(costs)] as const;
    });
    return [
      {
        label,
        runs,
        parts: new Map(parts),
        all: medianOf(runs.flatMap((run) => armCpuMicros(run) ?? [])),
      },
    ];
  });
}

function costChart(costs: readonly Cost[], names: readonly string[]): string {
  const colours = new Map<string, string>(Object.entries(serviceColours));
  const ends = names.length - 1;
  const option = {
    title: chartTitle('CPU an event · microseconds'),
    legend: chartLegend(names),
    grid: { left: 8, right: 64, top: 54, bottom: 8, outerBoundsMode: 'same' },
    xAxis: linearScale(figureText).axis,
    yAxis: categories(costs.map(({ label }) => label)),
    series: names.map((name, i) => ({
      ...{ type: 'bar', stack: 'all', silent: true, barWidth: 24, name },
      itemStyle: {
        ...{
          color: colours.get(name) ?? '#808080',
          borderColor: themed('paper'),
          borderWidth: 0.8,
        },
      },
      data: costs.map(({ parts }) => parts.get(name) ?? 0),
      label:
        i < ends
          ? { show: false }
          : {
              ...{ show: true, position: 'right', color: themed('ink'), fontSize: 12 },
              formatter: ({ dataIndex }: { dataIndex: number }) =>
                microsecondsText(costs[dataIndex]?.all ?? 0),
            },
    })),
  };
  return drawChart(option, { height: 92 + 42 * costs.length });
}
