import { otherColours } from '@hotpath/contract/arm-colours';
import { figureText } from '../../number-text.js';
import {
  type ChartSize,
  chartLegend,
  chartTitle,
  type Dash,
  drawChart,
  standAlone,
} from './chart.js';
import { linearScale, logScale, type Scale } from './scale.js';
import { themed } from './theme.js';

export interface TimeSeries {
  /** Series of one name have one entry in the legend. */
  readonly name: string;
  /** Left out: one of the free colours. */
  readonly colour?: string;
  readonly dash?: Dash;
  /** Null is a gap: nothing was seen. */
  readonly points: readonly (readonly [seconds: number, value: number | null])[];
}

export interface TimeChart extends Partial<ChartSize> {
  readonly title: string;
  /** Of the values; stands beside the title. */
  readonly unit: string;
  readonly series: readonly TimeSeries[];
  /** 'stacked': areas on top of each other, for parts of a whole with points at the same times. */
  readonly shape?: 'lines' | 'stacked';
  readonly scale?: 'linear' | 'log';
  /** False where the page has one beside the chart. */
  readonly legend?: boolean;
  /** Stretches of time that don't count. */
  readonly shaded?: readonly {
    readonly from: number;
    readonly to: number;
    readonly name: string;
  }[];
}

/** One panel, values over seconds, as an SVG file of its own: light and dark, no script. */
export function timeChart(chart: TimeChart): string {
  return standAlone(timeChartIn(chart));
}

/** The same for a page that defines the theme's colours. */
export function timeChartIn(chart: TimeChart): string {
  const { title, unit, series, scale = 'linear', shape = 'lines', width, height = 230 } = chart;
  const { legend = true } = chart;
  const values = series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const y = scale === 'log' ? logScale(values, figureText) : linearScale(figureText);
  const dashes = new Map(series.map(({ name, dash = 'solid' }) => [name, dash]));
  const option = {
    title: chartTitle(unit === '' ? title : `${title} · ${unit}`),
    ...(legend && {
      legend: chartLegend(
        [...dashes.keys()],
        shape === 'stacked' ? undefined : (name) => dashes.get(name) ?? 'solid',
      ),
    }),
    grid: { left: 8, right: 16, top: legend ? 54 : 36, bottom: 4, outerBoundsMode: 'same' },
    xAxis: { ...linearScale((value) => `${value}`, 'seconds').axis, ...spanOf(chart) },
    yAxis: { ...y.axis, nameGap: 40 },
    series: series.map((each, i) => lineOf(each, i, chart, y)),
  };
  return drawChart(option, { height, ...(width === undefined ? {} : { width }) });
}

function spanOf({ series, shaded = [] }: TimeChart): { min: number; max: number } {
  const times = [
    ...series.flatMap(({ points }) => points.map(([seconds]) => seconds)),
    ...shaded.flatMap(({ from, to }) => [from, to]),
  ];
  return times.length === 0
    ? { min: 0, max: 1 }
    : { min: Math.floor(Math.min(...times)), max: Math.ceil(Math.max(...times)) };
}

function lineOf(
  { name, colour, dash = 'solid', points }: TimeSeries,
  index: number,
  { shape = 'lines', shaded = [] }: TimeChart,
  y: Scale,
): Record<string, unknown> {
  const color = colour ?? otherColours[index % otherColours.length];
  const stacked = shape === 'stacked';
  return {
    ...{ type: 'line', name, symbol: 'none', silent: true },
    lineStyle: { width: stacked ? 0.5 : 1.5, type: dash, color },
    itemStyle: { color },
    ...(stacked ? { stack: 'all', areaStyle: { color, opacity: 0.85 } } : {}),
    data: points.map(([seconds, value]) => [seconds, y.at(value)]),
    ...(index > 0 || shaded.length === 0 ? {} : { markArea: shade(shaded) }),
  };
}

function shade(shaded: NonNullable<TimeChart['shaded']>): Record<string, unknown> {
  return {
    silent: true,
    itemStyle: { color: themed('rule'), opacity: 0.5 },
    label: { color: themed('muted'), fontSize: 11, position: 'insideTop' },
    data: shaded.map(({ from, to, name }) => [{ xAxis: from, name }, { xAxis: to }]),
  };
}
