import { phaseColours } from '@hotpath/contract/arm-colours';
import { phaseNames } from '@hotpath/contract/phase-clock';
import { countText, millisecondsText, none, plural, shareText } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import { validRuns } from '../comparison.js';
import { categories } from './bars.js';
import { chartLegend, chartTitle, drawChart } from './chart.js';
import { dataTable, datum } from './data-table.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { linearScale } from './scale.js';
import { themed } from './theme.js';

interface Decomposition {
  readonly label: string;
  readonly runs: number;
  readonly requests: number;
  /** Mean milliseconds of a request by phase; what the phases add up to. */
  readonly meansMs: ReadonlyMap<string, number>;
  readonly allMs: number;
}

/** Where the time of a request goes in each arm; null for records that don't say. */
export function phasesSection(record: RunRecord): Markup | null {
  const arms = decompositionsOf(record);
  if (arms.length === 0) return null;
  const known: readonly string[] = phaseNames;
  const seen = new Set(arms.flatMap(({ meansMs }) => [...meansMs.keys()]));
  const phases = [...known.filter((name) => seen.has(name))];
  const n = arms.map((arm) => `${arm.label} n = ${plural(arm.requests, 'request')}`).join(', ');
  return html`<section id="phases"><h2>Why: where the time of a request goes</h2>
${figure({
  name: 'Mean time of a request by phase, of each arm',
  charts: [phasesChart(arms, phases)],
  caption:
    'Of the mean of an acknowledged request, by the clock of the API: how large a share each phase ' +
    'has, and the mean itself at the end of the bar. The phases leave no gap and do not overlap. wait: ' +
    'for a connection of the pool, or for the batch to leave. store: all else that an arm does for the ' +
    `event. Sums over the windows of the valid runs: ${n}. What the generator and the kernel take is not in it.`,
  data: dataTable({
    caption: 'Mean milliseconds of a request by phase',
    columns: ['', 'n', 'all phases', ...phases, 'longest phase'],
    rows: arms.map(({ label, runs, requests, meansMs, allMs }) => [
      label,
      `${countText(requests)} in ${plural(runs, 'run')}`,
      datum(allMs, millisecondsText),
      ...phases.map((name) => datum(meansMs.get(name) ?? null, millisecondsText)),
      longestText(meansMs, allMs),
    ]),
  }),
})}
</section>`;
}

function decompositionsOf(record: RunRecord): Decomposition[] {
  return record.plan.entries.flatMap(({ label }) => {
    const parts = validRuns(record, label).flatMap(({ requestPhases }) => requestPhases ?? []);
    const requests = parts.reduce((sum, part) => sum + part.requests, 0);
    if (requests === 0) return [];
    const seconds = new Map<string, number>();
    for (const [name, each] of parts.flatMap((part) => Object.entries(part.seconds)))
      seconds.set(name, (seconds.get(name) ?? 0) + each);
    const meansMs = new Map([...seconds].map(([name, sum]) => [name, (sum / requests) * 1_000]));
    const allMs = [...meansMs.values()].reduce((sum, mean) => sum + mean, 0);
    return [{ label, runs: parts.length, requests, meansMs, allMs }];
  });
}

function longestText(meansMs: ReadonlyMap<string, number>, allMs: number): string {
  const [longest] = [...meansMs].sort(([, one], [, other]) => other - one);
  return longest === undefined || allMs === 0
    ? none
    : `${longest[0]}, ${shareText(longest[1] / allMs)}`;
}

function phasesChart(arms: readonly Decomposition[], phases: readonly string[]): string {
  const colours = new Map<string, string>(Object.entries(phaseColours));
  const option = {
    title: chartTitle('Mean of a request · share of each phase'),
    legend: chartLegend(phases),
    grid: { left: 8, right: 66, top: 70, bottom: 8, outerBoundsMode: 'same' },
    xAxis: { ...linearScale((share) => `${share * 100} %`, '', 1).axis, interval: 0.25 },
    yAxis: categories(arms.map(({ label }) => label)),
    series: phases.map((name, i) => ({
      ...{ type: 'bar', stack: 'all', silent: true, barWidth: 24, name },
      itemStyle: {
        ...{ color: colours.get(name), borderColor: themed('paper'), borderWidth: 0.8 },
      },
      data: arms.map(({ meansMs, allMs }) => (meansMs.get(name) ?? 0) / Math.max(allMs, 1e-9)),
      label: {
        ...{ show: i === phases.length - 1, position: 'right', color: themed('ink') },
        fontSize: 12,
        formatter: ({ dataIndex }: { dataIndex: number }) =>
          millisecondsText(arms[dataIndex]?.allMs ?? 0),
      },
    })),
  };
  return drawChart(option, { height: 108 + 42 * arms.length });
}
