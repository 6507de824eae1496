/** One panel of a dashboard, drawn from the series that a run has kept of it. */
import { metrics } from '@hotpath/contract/metrics';
import type { SeriesFile } from '../series/series-file.js';
import type { TimeChart, TimeSeries } from './html/time-chart.js';

export interface Panel {
  /** Uid of its dashboard. */
  readonly dashboard: string;
  readonly title: string;
  readonly unit: string;
  readonly shape: NonNullable<TimeChart['shape']>;
  /** Name in the legend → colour; in this order, others after them. */
  readonly colours: Readonly<Record<string, string>>;
}

/**
 * Its measured window, in seconds since the window began; a step without a sample is a gap.
 * @throws {Error} when the run kept nothing of this panel, or not when it was measured
 */
export function panelChart(file: SeriesFile, panel: Panel): TimeChart {
  const { dashboard, title, unit, shape, colours } = panel;
  const window = windowOf(file);
  const asked = file.panels.filter((one) => one.dashboard === dashboard && one.title === title);
  const found = asked.flatMap(({ legend, answer }) =>
    (file.answers[answer]?.series ?? []).map(({ labels, from, values }): TimeSeries => {
      const name = nameOf(legend, labels);
      const colour = colours[name];
      const points = values.flatMap((value, i) => {
        const step = from + i - window.from;
        const inside = step >= 0 && step < window.steps;
        return inside ? [[step * file.stepSeconds, value] as const] : [];
      });
      return { name, points, ...(colour === undefined ? {} : { colour }) };
    }),
  );
  if (found.length === 0) throw new Error(`the run kept no series of '${title}' of ${dashboard}`);
  const order = Object.keys(colours);
  const rank = ({ name }: TimeSeries) =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return { title, unit, shape, series: found.sort((one, other) => rank(one) - rank(other)) };
}

/** The dashboards mark it by the rig's own series, so every run has kept that. */
function windowOf(file: SeriesFile): { from: number; steps: number } {
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
