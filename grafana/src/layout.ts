/** Puts dashboards together: places on the grid, ids, variables, annotations, links. */
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  type Dashboard as GrafanaDashboard,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { metrics } from '@hotpath/contract/metrics';
import { draw, inSight, linkTo, prometheus } from './drawing.js';
import { type Dashboard, type DashboardUid, type Panel, type Row, titles } from './panel.js';
import { ofRun, own, series } from './promql.js';

const gridColumns = 24;
const heights = { figure: 5, bars: 8, lines: 8, stack: 8, heat: 8 } as const;
/** Room for the first panels of every row: an id must stay the same, as links and readers use it. */
const idsOfRow = 100;

export function layOut(dashboard: Dashboard): GrafanaDashboard {
  const { uid, title, description, next, rows } = dashboard;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['hotpath'])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .variables([variable('scenario'), variable('run')])
    .annotations(annotations().map((one) => ({ build: () => inSight(one.build()) })))
    .links(
      (Object.keys(titles) as DashboardUid[])
        .filter((other) => other !== uid)
        .map((other) => linkTo(other)),
    );
  let y = 0;
  rows.forEach((row, i) => {
    const id = (i + 1) * idsOfRow;
    builder.withRow(new RowBuilder(row.title).id(id).gridPos({ x: 0, y, w: gridColumns, h: 1 }));
    y = placeRow(row, y + 1, (panel, place, j) =>
      builder.withPanel({
        build: () => draw(panel.next === uid ? { ...panel, next } : panel, id + 1 + j, place),
      }),
    );
  });
  return builder.build();
}

type Put = (
  panel: Panel,
  place: { x: number; y: number; w: number; h: number },
  index: number,
) => void;

/** From left to right, and on in the next line when one is full. Returns the y below. */
function placeRow({ panels }: Row, top: number, put: Put): number {
  let x = 0;
  let y = top;
  let lineHeight = 0;
  panels.forEach((panel, i) => {
    const w = panel.columns ?? Math.floor(gridColumns / Math.min(panels.length, 2));
    const h = heights[panel.as];
    if (x + w > gridColumns) {
      x = 0;
      y += lineHeight;
      lineHeight = 0;
    }
    put(panel, { x, y, w, h }, i);
    x += w;
    lineHeight = Math.max(lineHeight, h);
  });
  return y + lineHeight;
}

/** Which scenario narrows which runs there are to choose from. */
function variable(name: 'scenario' | 'run'): QueryVariableBuilder {
  const phases = metrics.runPhase.name;
  const from = name === 'run' ? series(phases, { scenario: '=~$scenario' }) : phases;
  return (
    new QueryVariableBuilder(name)
      .label(name === 'run' ? 'Run' : 'Scenario')
      .datasource(prometheus)
      .query(`label_values(${from}, ${name})`)
      .includeAll(true)
      // Also what has no such label: in compose nobody names a run.
      .allValue('.*')
      .current({ selected: true, text: 'All', value: '$__all' })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalDesc)
  );
}

function annotations(): AnnotationQueryBuilder[] {
  const phase = (name: string, phaseMatcher: string, color: string) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(prometheus)
      .enable(true)
      .iconColor(color)
      .expr(
        `${series(metrics.runPhase.name, { scenario: '=~$scenario', phase: phaseMatcher }, ofRun)} == 1`,
      )
      .step('1s')
      .titleFormat('{{phase}}: {{arm}}')
      .textFormat('block {{block}} of {{run}}')
      .tagKeys('arm,phase');
  return [
    phase('Measuring', 'measuring', '#009E73'),
    phase('Warm-up', 'warm-up', '#999999'),
    phase('Starting and draining', '!~measuring|warm-up', '#666666'),
    new AnnotationQueryBuilder()
      .name('A store does not answer')
      .datasource(prometheus)
      .enable(true)
      .iconColor('#D55E00')
      .expr(`rate(${metrics.probeFailures.name}[4s]) > 0`)
      .step('1s')
      .titleFormat('{{store}} does not answer')
      .textFormat(
        'A fault, or a store that is too busy to answer SELECT 1 or PING within a second.',
      )
      .tagKeys('store'),
    new AnnotationQueryBuilder()
      .name('async works without Redis')
      .datasource(prometheus)
      .enable(true)
      .iconColor('#F0E442')
      .expr(`${own(metrics.mode, { mode: '!=normal' })} == 1`)
      .step('1s')
      .titleFormat('{{service}} is {{mode}}')
      .textFormat(
        'Degraded: batches go to the journal on disk. Recovering: the journal goes to Redis.',
      )
      .tagKeys('mode'),
  ];
}
