import { phaseColours } from '@hotpath/contract/arm-colours';
import { countText, millisecondsText, none, plural, shareText } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import {
  bandDecompositions,
  bandSample,
  type Decomposition,
  explainedText,
  meanDecompositions,
  phasesOf,
} from '../decomposition.js';
import { categories } from './bars.js';
import { chartLegend, chartTitle, drawChart } from './chart.js';
import { dataTable, datum } from './data-table.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { linearScale } from './scale.js';
import { themed } from './theme.js';

/** Where the time of a request goes in each arm; null for records that don't say. */
export function phasesSection(record: RunRecord): Markup | null {
  const means = meanDecompositions(record);
  if (means.length === 0) return null;
  const bands = bandDecompositions(record);
  const phases = phasesOf(means);
  return html`<section id="phases"><h2>Why: where the time of a request goes</h2>
${figure({
  name: `Time of a request by phase, of each arm: ${bands.length === 0 ? 'mean' : 'mean, and around the p95'}`,
  charts: [
    phasesChart('Mean of a request', means, phases),
    ...(bands.length === 0 ? [] : [phasesChart('Requests around the p95', bands, phases)]),
  ],
  caption:
    'Of acknowledged requests, by the clock of the API: how large a share each phase has, and at the end of ' +
    'the bar how long a request took. The phases leave no gap and do not overlap. wait: for a connection of ' +
    `the pool, or for the batch to leave. store: all else that an arm does for the event. Mean: ${nText(means)}, ` +
    `over the windows of the valid runs. ${aroundText(record, bands)}` +
    'What the generator and the kernel take is not in it.',
  data: html`${phasesTable('Mean milliseconds of a request by phase', means, phases)}
${bands.length === 0 ? null : phasesTable('Mean milliseconds of a request around the p95 by phase', bands, phases)}`,
})}
</section>`;
}

function aroundText(record: RunRecord, bands: readonly Decomposition[]): string {
  const sample = bandSample(record);
  if (sample === null || bands.length === 0) return '';
  const explained = explainedText(record);
  return `${capital(sample)}: ${nText(bands)}. ${explained === '' ? '' : `${explained}. `}`;
}

function nText(arms: readonly Decomposition[]): string {
  return arms.map((arm) => `${arm.label} n = ${plural(arm.requests, 'request')}`).join(', ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function phasesTable(
  caption: string,
  arms: readonly Decomposition[],
  phases: readonly string[],
): Markup {
  return dataTable({
    caption,
    columns: ['', 'n', 'all phases', ...phases, 'longest phase'],
    rows: arms.map(({ label, runs, requests, meansMs, allMs }) => [
      label,
      `${countText(requests)} in ${plural(runs, 'run')}`,
      datum(allMs, millisecondsText),
      ...phases.map((name) => datum(meansMs.get(name) ?? null, millisecondsText)),
      longestText(meansMs, allMs),
    ]),
  });
}

function longestText(meansMs: ReadonlyMap<string, number>, allMs: number): string {
  const [longest] = [...meansMs].sort(([, one], [, other]) => other - one);
  return longest === undefined || allMs === 0
    ? none
    : `${longest[0]}, ${shareText(longest[1] / allMs)}`;
}

function phasesChart(
  name: string,
  arms: readonly Decomposition[],
  phases: readonly string[],
): string {
  const colours = new Map<string, string>(Object.entries(phaseColours));
  const option = {
    title: chartTitle(`${name} · share of each phase`),
    legend: chartLegend(phases),
    grid: { left: 8, right: 66, top: 70, bottom: 8, outerBoundsMode: 'same' },
    xAxis: { ...linearScale((share) => `${share * 100} %`, '', 1).axis, interval: 0.25 },
    yAxis: categories(arms.map(({ label }) => label)),
    series: phases.map((phase, i) => ({
      ...{ type: 'bar', stack: 'all', silent: true, barWidth: 24, name: phase },
      itemStyle: {
        ...{ color: colours.get(phase), borderColor: themed('paper'), borderWidth: 0.8 },
      },
      data: arms.map(({ meansMs, allMs }) => (meansMs.get(phase) ?? 0) / Math.max(allMs, 1e-9)),
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
