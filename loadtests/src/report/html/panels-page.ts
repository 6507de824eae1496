import {
  armColours,
  otherColours,
  phaseColours,
  serviceColours,
} from '@hotpath/contract/arm-colours';
import { figureText, none, plural } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import type { PanelName, SeriesFile } from '../../series/series-file.js';
import { panelSeries } from '../panel-chart.js';
import { htmlDocument } from './document.js';
import { html, Markup } from './markup.js';
import { type PanelUnit, panelUnit } from './panel-unit.js';
import { type TimeSeries, timeChartIn } from './time-chart.js';

/** More lines than this nobody tells apart; those with the highest mean are drawn. */
const linesMax = 8;
const nameCharactersMax = 70;
/** Of what has an own colour everywhere; others take the free ones in turn. */
const known: Readonly<Record<string, string>> = {
  ...{ ...serviceColours, ...phaseColours, ...armColours },
  ...{ 'naive-logger': armColours.naive, 'async-logger': armColours.async },
  'async-worker': serviceColours.worker,
};
const free = [...otherColours, '#3A94C0', '#CC6677', '#AA4499', '#2F8F4E'];

export interface SeenRun {
  readonly label: string;
  readonly block: number;
  readonly series: SeriesFile;
}

interface Panel extends PanelName {
  readonly unit: string;
  readonly stacked: boolean;
}

/**
 * Every panel of every dashboard, the runs beside each other, over their measured windows.
 * @throws {Error} when a run did not keep when it was measured
 */
export function renderPanels(record: RunRecord, runs: readonly SeenRun[]): string {
  const panels = panelsOf(runs);
  const dashboards = [...new Set(panels.map(({ dashboard }) => dashboard))];
  const which = runs.map(({ label, block }) => (block === 0 ? label : `${label} (block ${block})`));
  return htmlDocument({
    title: `Every panel · Hotpath ${record.id}`,
    header: html`<header class="verdict"><p class="eyebrow">Hotpath ${record.kind} ${record.id}</p>
<h1>${plural(panels.length, 'panel')} of the dashboards, of ${which.join(', ')}</h1></header>`,
    overview: html`<p>Over the measured window, seconds since it began. A gap: nothing was seen. A run of which a panel shows
nothing has no such thing: floor has no database, naive no backlog. What looks back over the whole run is whole at its end only.</p>`,
    sections: dashboards.map((dashboard) => ({
      id: dashboard,
      name: dashboard,
      content: html`<section id="${dashboard}"><h2>${dashboard}</h2>
${panels.filter((panel) => panel.dashboard === dashboard).map((panel) => panelFigure(panel, runs))}
</section>`,
    })),
    footer: `Made from the series of the run record ${record.id} alone by ./hotpath report. Charts by Apache ECharts.`,
  });
}

/** In the dashboards' order; a panel with several queries once. */
function panelsOf(runs: readonly SeenRun[]): Panel[] {
  const found = new Map<string, Panel>();
  for (const { dashboard, panel, title, unit, stacked } of runs.flatMap(
    ({ series }) => series.panels,
  )) {
    if (panel !== null) found.set(`${dashboard} ${title}`, { dashboard, title, unit, stacked });
  }
  return [...found.values()];
}

function panelFigure(panel: Panel, runs: readonly SeenRun[]): Markup {
  const unit = panelUnit(panel.unit);
  const seen = runs.map(({ label, series }) => ({ label, series: panelSeries(series, panel) }));
  const names = namesOf(seen.flatMap(({ series }) => series));
  const colours = new Map(
    names.map((name, i) => [name, known[name] ?? free[i % free.length] ?? '']),
  );
  const charts = seen.map(({ label, series }) =>
    timeChartIn({
      ...{ title: label, unit: unit.name, width: 340, height: 170, legend: false },
      shape: panel.stacked ? 'stacked' : 'lines',
      series: series
        .filter(({ name }) => colours.has(name))
        .map((each) => scaled(each, unit, colours.get(each.name) ?? '')),
    }),
  );
  const columns = seen.map(({ label }) => html`<th scope="col">${label}: mean · most</th>`);
  const rows = names.map(
    (name) =>
      html`<tr><th scope="row"><span style="color:${colours.get(name) ?? ''}">■</span> ${shortened(name)}</th>${seen.map(
        ({ series }) =>
          html`<td>${extent(
            series.filter((each) => each.name === name),
            unit,
          )}</td>`,
      )}</tr>`,
  );
  return html`<figure><h3>${panel.title}</h3>
<div class="charts small" role="img" aria-label="${panel.title}">${charts.map((svg) => new Markup(svg))}</div>
<div class="scroll" tabindex="0" role="region" aria-label="${`Lines of: ${panel.title}`}"><table>
<thead><tr><th scope="col">${unit.name === '' ? 'line' : `line, ${unit.name}`}</th>${columns}</tr></thead>
<tbody>${rows}</tbody></table></div></figure>`;
}

function namesOf(series: readonly TimeSeries[]): string[] {
  const highest = new Map<string, number>();
  for (const each of series) {
    const { mean } = sizesOf([each]);
    highest.set(each.name, Math.max(highest.get(each.name) ?? 0, mean ?? 0));
  }
  const byMean = [...highest].sort(([, one], [, other]) => other - one);
  return byMean.slice(0, linesMax).map(([name]) => name);
}

function scaled({ name, points }: TimeSeries, { times }: PanelUnit, colour: string): TimeSeries {
  const at = points.map(
    ([seconds, value]) => [seconds, value === null ? null : value * times] as const,
  );
  return { name, colour, points: at };
}

function extent(series: readonly TimeSeries[], { times }: PanelUnit): string {
  const { mean, most } = sizesOf(series);
  if (mean === null || most === null) return none;
  return `${figureText(mean * times)} · ${figureText(most * times)}`;
}

function sizesOf(series: readonly TimeSeries[]): { mean: number | null; most: number | null } {
  const values = series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  if (values.length === 0) return { mean: null, most: null };
  return {
    mean: values.reduce((sum, one) => sum + one, 0) / values.length,
    most: Math.max(...values),
  };
}

function shortened(name: string): string {
  return name.length <= nameCharactersMax ? name : `${name.slice(0, nameCharactersMax - 1)}…`;
}
