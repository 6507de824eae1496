/** Panels of the dashboards, drawn from the series that a run has kept of them. */
import { metrics } from '@hotpath/contract/metrics';
import {
  answersOf,
  type KeptSeries,
  type PanelName,
  type SeriesFile,
} from '../series/series-file.js';
import type { TimeChart, TimeSeries } from './html/time-chart.js';

export interface PanelLook {
  readonly unit: string;
  readonly shape: NonNullable<TimeChart['shape']>;
  /** Name in the legend → colour; in this order, others after them. */
  readonly colours: Readonly<Record<string, string>>;
}

/**
 * Its measured window, in seconds since the window began; a step without a sample is a gap.
 * @throws {Error} when the run kept nothing of this panel, or not when it was measured
 */
export function panelChart(file: SeriesFile, panel: PanelName & PanelLook): TimeChart {
  const { dashboard, title, unit, shape, colours } = panel;
  const found = panelSeries(file, panel).map((series) => {
    const colour = colours[series.name];
    return { ...series, ...(colour === undefined ? {} : { colour }) };
  });
  if (found.length === 0) throw new Error(`the run kept no series of '${title}' of ${dashboard}`);
  const order = Object.keys(colours);
  const rank = ({ name }: TimeSeries) =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return { title, unit, shape, series: found.sort((one, other) => rank(one) - rank(other)) };
}

/**
 * The series of a panel within the measured window; none when the run kept none.
 * @throws {Error} when the run did not keep when it was measured
 */
export function panelSeries(file: SeriesFile, panel: PanelName): TimeSeries[] {
  const window = windowOf(file);
  return answersOf(file, panel).flatMap(({ legend, series }) =>
    series.filter(ofThisRun(file)).map((each) => ({
      name: nameOf(legend, each.labels),
      points: pointsOf(each, window, file.stepSeconds),
    })),
  );
}

/** A query that looks back over the whole range sees the arm that ran before. */
function ofThisRun({ variables }: SeriesFile): (series: KeptSeries) => boolean {
  return ({ labels }) => labels.arm === undefined || labels.arm === variables.arm;
}

interface Window {
  readonly from: number;
  readonly steps: number;
}

function pointsOf({ from, values }: KeptSeries, window: Window, stepSeconds: number) {
  return values.flatMap((value, i) => {
    const step = from + i - window.from;
    const inside = step >= 0 && step < window.steps;
    return inside ? [[step * stepSeconds, value] as const] : [];
  });
}

/** The dashboards mark it by the rig's own series, so every run has kept that. */
function windowOf(file: SeriesFile): Window {
  const marked = file.answers.find(
    ({ expr }) => expr.includes(metrics.runPhase.name) && expr.includes('phase="measuring"'),
  )?.series[0];
  if (marked === undefined) throw new Error('the run did not keep when it was measured');
  return { from: marked.from, steps: marked.values.length };
}

/** As Grafana fills in a legend; without one, all labels. */
function nameOf(legend: string, labels: Readonly<Record<string, string>>): string {
  if (legend === '') return Object.values(labels).join(' ');
  return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}
