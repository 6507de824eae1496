/** The dashboards as they are checked in, which is what Grafana loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const grafana = join(import.meta.dirname, '..');
const directory = join(grafana, 'dashboards');

export const files = new Map(
  readdirSync(directory)
    .sort()
    .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
);

/** Nothing but what is written here: a field that Grafana does not know is one that it ignores. */
const strict = z.strictObject;
const text = z.string().min(1);
const datasource = strict({ type: z.literal('prometheus'), uid: text });
const link = strict({
  title: text,
  type: z.literal('link'),
  icon: z.string(),
  tooltip: z.string(),
  url: text,
  tags: z.array(text),
  asDropdown: z.boolean(),
  targetBlank: z.boolean(),
  includeVars: z.boolean(),
  keepTime: z.boolean(),
});
const gridPos = strict({
  x: z.int().min(0),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const target = strict({
  refId: z.string().regex(/^[A-Z]$/),
  datasource,
  expr: text,
  legendFormat: text,
  range: z.boolean().optional(),
  instant: z.boolean().optional(),
  format: z.literal('heatmap').optional(),
});
const color = z.union([
  z.string().regex(/^#[0-9A-F]{6}$/),
  z.literal('text'),
  z.literal('transparent'),
]);
const steps = z.array(strict({ value: z.number().nullable(), color })).min(1);
const colorOverride = strict({
  id: z.literal('color'),
  value: strict({ mode: z.literal('fixed'), fixedColor: color }),
});
const styleOverride = strict({
  id: z.literal('custom.lineStyle'),
  value: strict({ fill: z.literal('dash'), dash: z.array(z.int()) }),
});
const override = strict({
  matcher: strict({ id: z.literal('byRegexp'), options: z.string().regex(/^\/.+\/$/) }),
  properties: z.array(z.union([colorOverride, styleOverride])).length(1),
});
const panel = strict({
  type: z.enum(['timeseries', 'stat', 'bargauge', 'heatmap']),
  id: z.int().min(1),
  title: text,
  description: text,
  transparent: z.boolean(),
  repeatDirection: z.literal('h'),
  datasource,
  gridPos,
  links: z.array(link).min(1),
  targets: z.array(target).min(1),
  options: z.record(z.string(), z.unknown()).optional(),
  fieldConfig: strict({
    defaults: strict({
      unit: text,
      thresholds: strict({ mode: z.literal('absolute'), steps }),
      color: z.record(z.string(), z.unknown()).optional(),
      custom: z.record(z.string(), z.unknown()).optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      noValue: text.optional(),
    }),
    overrides: z.array(override),
  }),
});
const row = strict({
  type: z.literal('row'),
  id: z.int().min(1),
  title: text,
  collapsed: z.literal(false),
  gridPos,
  panels: z.array(z.never()),
});
const variable = z.object({ name: text, type: z.literal('query'), query: text, datasource });
const annotation = strict({
  name: text,
  enable: z.literal(true),
  hide: z.literal(false),
  builtIn: z.literal(0),
  iconColor: text,
  datasource,
  expr: text,
  step: z.literal('1s'),
  titleFormat: text,
  textFormat: text,
  tagKeys: text,
});
const dashboard = strict({
  uid: text,
  title: text,
  description: text,
  tags: z.array(text),
  schemaVersion: z.literal(42),
  timezone: text,
  editable: z.literal(false),
  graphTooltip: z.int(),
  fiscalYearStartMonth: z.int(),
  time: strict({ from: text, to: text }),
  refresh: text,
  links: z.array(link),
  templating: strict({ list: z.array(variable) }),
  annotations: strict({ list: z.array(annotation) }),
  panels: z.array(z.discriminatedUnion('type', [panel, row])),
});

export type GeneratedDashboard = z.infer<typeof dashboard>;
export type GeneratedPanel = z.infer<typeof panel>;

/** Throws ZodError at the first that is not as it should be. */
export const readDashboards = (): GeneratedDashboard[] =>
  [...files.values()].map((json) => dashboard.parse(JSON.parse(json)));

export const panelsOf = ({ panels }: GeneratedDashboard): GeneratedPanel[] =>
  panels.filter((one): one is GeneratedPanel => one.type !== 'row');
