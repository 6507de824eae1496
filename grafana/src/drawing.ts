/** From a panel to what Grafana reads (classic schema), with its place and its id. */

import { PanelBuilder as Bars } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel as GrafanaPanel,
  type GridPos,
  DashboardLinkBuilder as Link,
  type Threshold,
  ThresholdsConfigBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Figure } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { phaseNames } from '@hotpath/contract/phase-clock';
import { armColors, partColors, verdictColors } from './colors.js';
import { type DashboardUid, type Limits, type Panel, titles } from './panel.js';

/** The data source's uid in grafana/provisioning: one that Grafana makes up would be another everywhere. */
export const prometheus = { type: 'prometheus', uid: 'prometheus' };

/** What all kinds of panels can be told. */
type AnyBuilder = Figure | Bars | Heatmap | TimeSeries;

export function draw(panel: Panel, id: number, place: GridPos): GrafanaPanel {
  const builder = builders[panel.as](panel);
  builder
    .id(id)
    .title(panel.title)
    .description(`**Look for:** ${panel.look}\n\n**Usual cause:** ${panel.cause}`)
    .datasource(prometheus)
    .gridPos(place)
    .unit(panel.unit)
    .thresholds(new ThresholdsConfigBuilder().steps(stepsOf(panel)))
    .links([linkTo(panel.next)])
    .targets(panel.queries.map((_query, i) => targetOf(panel, i)));
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.empty !== undefined) builder.noValue(panel.empty);
  return builder.build();
}

const builders: Readonly<Record<Panel['as'], (panel: Panel) => AnyBuilder>> = {
  lines: (panel) => overTime(panel).fillOpacity(0),
  stack: (panel) =>
    overTime(panel)
      .fillOpacity(70)
      .lineWidth(0)
      .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A')),
  heat: () =>
    new Heatmap()
      .calculate(false)
      .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Viridis'))
      .yAxis(new YAxisConfigBuilder().unit('s')),
  figure: (panel) =>
    colored(
      new Figure()
        .colorMode(common.BigValueColorMode.Value)
        .graphMode(common.BigValueGraphMode.None)
        .textMode(common.BigValueTextMode.ValueAndName)
        .reduceOptions(reduced)
        .colorScheme(by(FieldColorModeId.Thresholds)),
      panel,
    ),
  bars: (panel) =>
    colored(
      new Bars()
        .orientation(common.VizOrientation.Horizontal)
        .displayMode(common.BarGaugeDisplayMode.Basic)
        .reduceOptions(reduced)
        .min(0)
        .colorScheme(by(FieldColorModeId.PaletteClassicByName)),
      panel,
    ),
};

const by = (mode: FieldColorModeId) => new FieldColorBuilder().mode(mode);
const reduced = new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

function overTime(panel: Panel): TimeSeries {
  const builder = new TimeSeries()
    .lineWidth(2)
    .showPoints(common.VisibilityMode.Never)
    // A gap is evidence: nobody answered then.
    .spanNulls(false)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['mean', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    )
    .colorScheme(by(FieldColorModeId.PaletteClassicByName))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        panel.limits === null
          ? common.GraphThresholdsStyleMode.Off
          : common.GraphThresholdsStyleMode.Dashed,
      ),
    );
  if (panel.logarithmic) {
    const log = new common.ScaleDistributionConfigBuilder().type(common.ScaleDistribution.Log);
    builder.scaleDistribution(log.log(10));
  } else {
    builder.min(0);
  }
  return colored(builder, panel);
}

/** Which names a legend's label can give. */
const namesOf: Readonly<Record<string, readonly string[]>> = {
  '{{arm}}': Object.keys(armColors),
  '{{service}}': [...Object.keys(armColors), 'mysql', 'redis', 'k6', 'rig', 'prometheus'],
  '{{phase}}': phaseNames,
  '{{store}}': ['mysql', 'redis'],
};
const sameColorAgain = / (offered|acknowledged|mean|limit)$|-worker\b/;

/** By the begin of a series' name: `async`, `async p95`, `async-worker`; not `floor` for `floor-batched`. */
function colored<T extends TimeSeries | Figure | Bars>(builder: T, panel: Panel): T {
  // A figure says whether it is good: its colour is the verdict's, its arm is said beside it.
  if (panel.as === 'figure') return builder;
  const names = panel.queries.flatMap(
    ({ legend }) => namesOf[/^\{\{\w+\}\}/.exec(legend)?.[0] ?? ''] ?? [legend],
  );
  for (const [name, fixedColor] of Object.entries({ ...armColors, ...partColors })) {
    if (!names.includes(name)) continue;
    const begin = name === 'floor' ? '^floor(?!-batched)' : `^${name}`;
    builder.overrideByRegexp(`/${begin}\\b/`, [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } },
    ]);
  }
  const legends = panel.queries.map(({ legend }) => legend).join('\n');
  if (panel.as === 'lines' && /offered|acknowledged|mean|limit|\{\{service/.test(legends)) {
    const value = { fill: 'dash', dash: [6, 6] };
    builder.overrideByRegexp(`${sameColorAgain}`, [{ id: 'custom.lineStyle', value }]);
  }
  return builder;
}

/** Each step holds from its value upwards. */
function stepsOf({ limits, as }: Panel): Threshold[] {
  const { fine, clear, warn: warnColor, bad: badColor } = verdictColors;
  const base = as === 'figure' || as === 'bars' || as === 'heat' ? fine : clear;
  const { warn, bad, below }: Limits = limits ?? {};
  const grades = [
    { limit: bad, color: badColor },
    { limit: warn, color: warnColor },
  ].filter(({ limit }) => limit !== undefined);
  const colors = [...grades.map(({ color }) => color), base];
  const edges = grades.map(({ limit }) => limit as number);
  if (!below) {
    colors.reverse();
    edges.reverse();
  }
  return colors.map((color, i) => ({ value: i === 0 ? null : (edges[i - 1] as number), color }));
}

function targetOf(panel: Panel, i: number): DataqueryBuilder {
  const { expr, legend } = panel.queries[i] as Panel['queries'][number];
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + i))
    .datasource(prometheus)
    .expr(expr)
    .legendFormat(legend);
  if (panel.as === 'heat') return query.range().format(PromQueryFormat.Heatmap);
  const once = (panel.as === 'figure' || panel.as === 'bars') && !panel.last;
  return once ? query.instant() : query.range();
}

/** Takes the time and all variables along. */
export function linkTo(uid: DashboardUid): Builder<DashboardLink> {
  const link = new Link(titles[uid])
    .url(`/d/${uid}?\${__url_time_range}&\${__all_variables}`)
    .targetBlank(false);
  return { build: () => inSight(link.build()) };
}

/** The SDK puts links and annotations into a menu, where nobody sees that they are there. */
export function inSight<T extends { placement?: unknown }>(made: T): T {
  const { placement: _, ...rest } = made;
  return rest as T;
}
