import { countText, figureText, millisecondsText, shareText } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import {
  bucketBounds,
  type Histogram,
  histogramPercentile,
  mergedHistogram,
} from '../../statistics/histogram.js';
import { validRuns } from '../comparison.js';
import { chartLegend, chartTitle, drawChart } from './chart.js';
import { dataTable } from './data-table.js';
import { entryColours } from './entry-colours.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { labelStyle, linearScale, logScale } from './scale.js';

interface Distribution {
  readonly label: string;
  readonly colour: string;
  readonly histogram: Histogram;
  /** Requests in it. */
  readonly size: number;
  readonly runs: number;
  /** Of the intended arrivals: dropped or without a good answer, so not in it. */
  readonly missingShare: number;
}

const binsPerDecade = 20;
const tableShares = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];
const nines = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

/** Distributions of all valid runs of an arm together; null for records without histograms. */
export function latencySection(record: RunRecord): Markup | null {
  const distributions = distributionsOf(record);
  if (distributions.length === 0) return null;
  const n = distributions
    .map(({ label, size, missingShare }) => {
      const missing =
        missingShare === 0 ? '' : `, ${shareText(missingShare)} of the arrivals missing`;
      return `${label} n = ${countText(size)}${missing}`;
    })
    .join('; ');
  return html`<section id="latency"><h2>How long answers took</h2>
${figure({
  name: 'Latency distributions and percentiles of each arm',
  charts: [densityChart(distributions), percentileChart(distributions)],
  caption:
    'Acknowledged requests of the measured windows of all valid runs together, from mergeable ' +
    `histograms with buckets at most 1.6 % wide. Logarithmic in milliseconds. ${n}. Arrivals that ` +
    'were dropped, refused or failed have no latency and are not drawn: they would lie to the right.',
  data: percentileTable(distributions),
})}
</section>`;
}

function distributionsOf(record: RunRecord): Distribution[] {
  const colours = entryColours(record.plan.entries);
  return record.plan.entries.flatMap(({ label }) => {
    const runs = validRuns(record, label);
    const parts = runs.flatMap(({ load: { histogram } }) =>
      histogram === undefined
        ? []
        : [histogram.buckets.map((bucket, i) => [bucket, histogram.counts[i] ?? 0] as const)],
    );
    const histogram = mergedHistogram(parts);
    const size = histogram.reduce((sum, [, count]) => sum + count, 0);
    if (size === 0) return [];
    const offered = runs.reduce((sum, run) => sum + run.load.offered, 0);
    const missingShare = Math.max(0, 1 - size / Math.max(1, offered));
    const colour = colours.get(label) ?? '#808080';
    return [{ label, colour, histogram, size, runs: runs.length, missingShare }];
  });
}

const grid = { left: 8, right: 16, top: 54, bottom: 4, outerBoundsMode: 'same' };

function densityChart(distributions: readonly Distribution[]): string {
  const binned = distributions.map((each) => ({ ...each, bins: binsOf(each) }));
  const x = logScale(
    binned.flatMap(({ bins }) => bins.map(([ms]) => ms)),
    figureText,
    'milliseconds',
  );
  const option = {
    title: chartTitle('Latency · share of answers'),
    legend: legendOf(distributions),
    grid,
    xAxis: x.axis,
    yAxis: linearScale((share) => `${figureText(share * 100)} %`).axis,
    series: binned.map(({ label, colour, bins }) => ({
      ...{ type: 'line', name: label, symbol: 'none', silent: true, step: 'middle' },
      lineStyle: { color: colour, width: 1.6 },
      itemStyle: { color: colour },
      areaStyle: { color: colour, opacity: 0.18 },
      data: bins.map(([ms, share]) => [x.at(ms), share]),
    })),
  };
  return drawChart(option, { height: 260 });
}

function legendOf(distributions: readonly Distribution[]): Record<string, unknown> {
  return chartLegend(
    distributions.map(({ label }) => label),
    () => 'solid',
  );
}

/** [middle of the bin, share of all]; every bin from the first to the last, one empty on each side. */
function binsOf({ histogram, size }: Distribution): [number, number][] {
  const counts = new Map<number, number>();
  for (const [bucket, count] of histogram) {
    const [fromMs, toMs] = bucketBounds(bucket);
    const bin = Math.floor(Math.log10((fromMs + toMs) / 2) * binsPerDecade);
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  const [first, last] = [Math.min(...counts.keys()) - 1, Math.max(...counts.keys()) + 1];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const bin = first + i;
    return [10 ** ((bin + 0.5) / binsPerDecade), (counts.get(bin) ?? 0) / size];
  });
}

function percentileChart(distributions: readonly Distribution[]): string {
  const curves = distributions.map((each) => ({ ...each, curve: curveOf(each) }));
  const y = logScale(
    curves.flatMap(({ curve }) => curve.map(([, ms]) => ms)),
    figureText,
  );
  const last = Math.max(...curves.flatMap(({ curve }) => curve.map(([at]) => at)));
  const ticks = nines.map(ninesOf).filter((at) => at <= last);
  const option = {
    title: chartTitle('Latency by percentile · milliseconds'),
    legend: legendOf(distributions),
    grid,
    xAxis: {
      ...linearScale(String, 'percentile').axis,
      ...{ max: last, axisTick: { show: true, customValues: ticks } },
      axisLabel: {
        ...labelStyle,
        customValues: ticks,
        formatter: (at: number) => `p${Number(((1 - 10 ** -at) * 100).toFixed(3))}`,
      },
    },
    yAxis: y.axis,
    series: curves.map(({ label, colour, curve }) => ({
      ...{ type: 'line', name: label, symbol: 'none', silent: true },
      lineStyle: { color: colour, width: 1.8 },
      itemStyle: { color: colour },
      data: curve.map(([at, ms]) => [at, y.at(ms)]),
    })),
  };
  return drawChart(option, { height: 260 });
}

/** 0 for the least, 1 for p90, 2 for p99: as long as the tail has requests. */
function ninesOf(share: number): number {
  return share === 0 ? 0 : -Math.log10(1 - share);
}

function curveOf({ histogram, size }: Distribution): [number, number][] {
  const most = Math.log10(size);
  const points = 120;
  return Array.from({ length: points + 1 }, (_, i) => {
    const at = (most * i) / points;
    const share = Math.min(1, Math.max(1 - 10 ** -at, 1 / size));
    return [at, histogramPercentile(histogram, share) ?? 0];
  });
}

function percentileTable(distributions: readonly Distribution[]): Markup {
  return dataTable({
    caption: 'Percentiles of the merged histograms: upper ends of buckets, at most 1.6 % too long',
    columns: ['', 'n', ...tableShares.map((share) => (share === 1 ? 'max' : `p${share * 100}`))],
    rows: distributions.map(({ label, histogram, size, runs }) => [
      label,
      `${countText(size)} in ${runs} run${runs === 1 ? '' : 's'}`,
      ...tableShares.map((share) => millisecondsText(histogramPercentile(histogram, share) ?? 0)),
    ]),
  });
}
