import { intervalText, none, plural, timesText } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import type { Comparison, Ratio } from '../comparison.js';
import { chartTitle, drawChart } from './chart.js';
import { dataTable } from './data-table.js';
import { entryColours } from './entry-colours.js';
import { figure } from './figure.js';
import type { Markup } from './markup.js';
import { labelStyle, logScale } from './scale.js';
import { themed } from './theme.js';

interface RatioRow {
  readonly name: string;
  readonly colour: string;
  readonly ratio: Ratio;
  /** '≥ ' or '≤ ' where overload makes the ratio a bound. */
  readonly bound: string;
}

interface Metric {
  readonly name: string;
  readonly ratioOf: (comparison: Comparison) => Ratio | null;
}

const metrics: readonly Metric[] = [
  { name: 'p95, shorter by', ratioOf: ({ p95 }) => p95 },
  { name: 'Throughput, higher by', ratioOf: ({ throughput }) => throughput },
  { name: 'CPU an event, lower by', ratioOf: ({ cpu }) => cpu },
  { name: 'Acknowledged counts kept, more by', ratioOf: ({ kept }) => kept },
];
const bounds = { reference: '≥ ', subject: '≤ ', both: '? ', neither: '' } as const;
const rowHeight = 46;

export interface RatioFigure {
  readonly comparisons: readonly Comparison[];
  /** What a comparison is called on its axis. */
  readonly nameOf: (comparison: Comparison) => string;
  readonly name: string;
  readonly title: string;
  /** What a ratio says; how it is drawn is said behind it. */
  readonly caption: string;
}

/** Ratios with their blocks and intervals, a chart a metric; null where nothing can be compared. */
export function ratioFigure(
  record: RunRecord,
  { comparisons, nameOf, name, title, caption }: RatioFigure,
): Markup | null {
  const drawn = metrics
    .map((metric) => ({ metric, rows: rowsOf(record, metric, comparisons, nameOf) }))
    .filter(({ rows }) => rows.length > 0);
  if (drawn.length === 0) return null;
  const blocks = Math.max(...drawn.flatMap(({ rows }) => rows.map((row) => blocksOf(row))));
  return figure({
    name,
    charts: drawn.map(({ metric, rows }) => ratioChart(metric.name, rows)),
    caption:
      `${caption} A circle is one block (n = ${plural(blocks, 'block')}), the diamond their geometric ` +
      "mean, the line its 95 % interval (Student's t over the logarithms of blocks). Logarithmic. ≥: what " +
      'it is compared with was overloaded, and only what that did answer has a latency, so its true p95 is ' +
      'longer. ≤: the other way round.',
    data: dataTable({
      caption: title,
      columns: ['', 'ratio', '95 % interval', 'n', 'by block'],
      rows: drawn.flatMap(({ metric, rows }) =>
        rows.map(({ name, ratio, bound }) => [
          `${name}: ${metric.name}`,
          bound + timesText(ratio.ratio),
          intervalText(ratio.low, ratio.high),
          plural(ratio.perBlock.length, 'block'),
          ratio.perBlock.map(timesText).join(', ') || none,
        ]),
      ),
    }),
  });
}

function blocksOf({ ratio }: RatioRow): number {
  return ratio.perBlock.length;
}

function rowsOf(
  record: RunRecord,
  { name, ratioOf }: Metric,
  comparisons: readonly Comparison[],
  nameOf: RatioFigure['nameOf'],
): RatioRow[] {
  const colours = entryColours(record.plan.entries);
  return comparisons.flatMap((comparison) => {
    const ratio = ratioOf(comparison);
    if (ratio === null) return [];
    const { subject, overloaded } = comparison;
    const bound = name.startsWith('p95') ? bounds[overloaded] : '';
    const colour = colours.get(subject) ?? themed('ink');
    return { name: nameOf(comparison), colour, ratio, bound };
  });
}

function ratioChart(name: string, rows: readonly RatioRow[]): string {
  const ends = rows.flatMap(({ ratio: { low, high, perBlock } }) => [low, high, ...perBlock]);
  const x = logScale([1, ...ends], timesText);
  const points = (row: RatioRow, i: number) => row.ratio.perBlock.map((value) => [x.at(value), i]);
  const option = {
    title: chartTitle(name),
    // Fonts differ: what draws the page may need more room for a name than what laid it out.
    grid: { left: 24, right: 20, top: 36, bottom: 8, outerBoundsMode: 'same' },
    xAxis: x.axis,
    yAxis: {
      ...{ type: 'category', inverse: true, data: rows.map((row) => row.name) },
      axisLabel: { ...labelStyle, color: themed('ink') },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    series: [
      { type: 'line', data: [], silent: true, markLine: oneMarked() },
      ...rows.map((row, i) => intervalLine(row, i, x.at)),
      ...rows.map((row, i) => ({
        ...{ type: 'scatter', data: points(row, i), symbolSize: 9, silent: true, z: 4 },
        itemStyle: { color: themed('paper'), borderColor: row.colour, borderWidth: 1.6 },
      })),
      ...rows.map((row, i) => meanDiamond(row, i, x.at)),
    ],
  };
  return drawChart(option, { height: 70 + rowHeight * rows.length });
}

function oneMarked(): Record<string, unknown> {
  return {
    ...{ silent: true, symbol: 'none', data: [{ xAxis: 0 }], label: { show: false } },
    lineStyle: { color: themed('ink'), type: 'solid', width: 1.2 },
  };
}

type At = (value: number | null) => number | null;

function intervalLine({ ratio, colour }: RatioRow, row: number, at: At): Record<string, unknown> {
  return {
    ...{ type: 'line', silent: true, symbol: 'rect', symbolSize: [2, 14], showSymbol: true, z: 3 },
    data: [
      [at(ratio.low), row],
      [at(ratio.high), row],
    ],
    lineStyle: { color: colour, width: 3 },
    itemStyle: { color: colour },
  };
}

function meanDiamond({ ratio, colour, bound }: RatioRow, row: number, at: At) {
  const text = `${bound}${timesText(ratio.ratio)} (${intervalText(ratio.low, ratio.high)})`;
  return {
    ...{ type: 'scatter', silent: true, symbol: 'diamond', symbolSize: 15, z: 5 },
    data: [[at(ratio.ratio), row]],
    itemStyle: { color: colour, borderColor: themed('paper'), borderWidth: 1 },
    label: {
      ...{ show: true, position: 'top', distance: 6, formatter: () => text },
      ...{ color: themed('ink'), fontSize: 12, fontWeight: 600 },
    },
    labelLayout: { hideOverlap: false, moveOverlap: 'shiftX' },
  };
}
