/**
 * The queries of a dashboard as Grafana would send them: variables and its own intervals filled in.
 * Reads dashboards as data; knows nothing of how they are made.
 */
import { z } from 'zod';

/** Grafana's setting for our data source (timeInterval): the pace of the scrapes. */
const scrapeSeconds = 1;

/** One query of one panel, ready for Prometheus. */
export interface PanelQuery {
  /** Uid of the dashboard. */
  readonly dashboard: string;
  /** Id of the panel; null for an annotation. */
  readonly panel: number | null;
  /** Of the panel, or the annotation's name. */
  readonly title: string;
  /** Tells the queries of one panel apart: A, B … */
  readonly refId: string;
  /** As Grafana names it, like 's' or 'suffix: events'; empty: none. */
  readonly unit: string;
  /** Of a panel that stacks its series. */
  readonly stacked: boolean;
  /** As Grafana's legendFormat, like '{{arm}} p95'; empty: all labels. */
  readonly legend: string;
  readonly expr: string;
}

/** What a variable stands for: one value, or several of which any may match. */
export type Variables = Readonly<Record<string, string | readonly string[]>>;

/** The time that is looked at; $__interval, $__rate_interval and $__range follow from it. */
export interface TimeGrid {
  readonly rangeSeconds: number;
  readonly stepSeconds: number;
}

const targetSchema = z.object({
  refId: z.string().default('A'),
  expr: z.string().optional(),
  legendFormat: z.string().default(''),
  hide: z.boolean().default(false),
});
const panelSchema = z.object({
  id: z.number().optional(),
  title: z.string().default(''),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().default(''),
        custom: z.object({ stacking: z.object({ mode: z.string() }).optional() }).default({}),
      }),
    })
    .default({ defaults: { unit: '', custom: {} } }),
  targets: z.array(targetSchema).default([]),
});
/** A collapsed row holds its panels; an open one is only a heading above them. */
const rowSchema = panelSchema.extend({ panels: z.array(panelSchema).default([]) });
const variableSchema = z.object({
  name: z.string(),
  allValue: z.string().nullish(),
  query: z.unknown().optional(),
  type: z.string().default('query'),
  current: z
    .object({ value: z.union([z.string(), z.array(z.string())]).optional() })
    .nullish()
    .catch(null),
});
const annotationSchema = z.object({
  name: z.string(),
  enable: z.boolean().default(true),
  expr: z.string().optional(),
  target: z.object({ expr: z.string().optional() }).optional(),
});
const dashboardSchema = z.object({
  uid: z.string(),
  panels: z.array(rowSchema).default([]),
  templating: z.object({ list: z.array(variableSchema).default([]) }).default({ list: [] }),
  annotations: z.object({ list: z.array(annotationSchema).default([]) }).default({ list: [] }),
});

/**
 * Every query that is not hidden, in the panels' order, then those of the annotations. A variable that is
 * not given has the dashboard's own current value, else matches anything.
 * Throws ZodError when it is no dashboard, Error when a query names a variable that nobody declares.
 */
export function panelQueries(
  dashboardJson: unknown,
  variables: Variables,
  grid: TimeGrid = { rangeSeconds: 60, stepSeconds: 1 },
): PanelQuery[] {
  const { uid, panels, templating, annotations } = dashboardSchema.parse(dashboardJson);
  const declared = Object.fromEntries(templating.list.map((one) => [one.name, currentOf(one)]));
  const values = new Map(
    Object.entries({ ...declared, ...variables }).map(([name, value]) => [name, textOf(value)]),
  );
  for (const [name, value] of Object.entries(intervalsOf(grid))) values.set(name, value);
  const query = (found: Omit<PanelQuery, 'dashboard'>): PanelQuery => {
    const where = `panel '${found.title}' of ${uid}`;
    return { dashboard: uid, ...found, expr: substitute(found.expr, values, where) };
  };
  const ofPanels = panels
    .flatMap((panel) => [panel, ...panel.panels])
    .flatMap(({ id = null, title, targets, fieldConfig: { defaults } }) => {
      const { unit, custom } = defaults;
      const stacked = (custom.stacking?.mode ?? 'none') !== 'none';
      return targets.flatMap(({ refId, expr, legendFormat: legend, hide }) =>
        expr === undefined || hide
          ? []
          : [query({ panel: id, title, unit, stacked, refId, legend, expr })],
      );
    });
  const ofAnnotations = annotations.list.flatMap(({ name, enable, expr, target }) => {
    const asked = expr ?? target?.expr;
    if (asked === undefined || !enable) return [];
    const plain = { unit: '', stacked: false, legend: '' };
    return [query({ panel: null, title: name, refId: 'A', ...plain, expr: asked })];
  });
  return [...ofPanels, ...ofAnnotations];
}

function currentOf({ type, query, current, allValue }: z.infer<typeof variableSchema>) {
  if (type === 'constant' && typeof query === 'string') return query;
  const value = current?.value ?? '$__all';
  const isAll = [value].flat().some((one) => one === '$__all' || one === '');
  return isAll || value.length === 0 ? (allValue ?? '.*') : value;
}

/** Several values as Grafana writes them for =~: (a|b). */
function textOf(value: string | readonly string[]): string {
  if (typeof value === 'string') return value;
  return value.length === 1 ? (value[0] as string) : `(${value.join('|')})`;
}

/** By Grafana's own rules: a rate interval always holds four scrapes. */
function intervalsOf({ rangeSeconds, stepSeconds }: TimeGrid): Record<string, string> {
  const range = Math.ceil(rangeSeconds);
  return {
    __interval: `${stepSeconds}s`,
    __interval_ms: String(stepSeconds * 1_000),
    __rate_interval: `${Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds)}s`,
    __range: `${range}s`,
    __range_s: String(range),
    __range_ms: String(range * 1_000),
  };
}

/** $name, ${name}, ${name:format} and [[name]]. A `$` alone is an anchor of a regular expression. */
function substitute(expr: string, values: ReadonlyMap<string, string>, where: string): string {
  return expr.replace(
    /\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)(?::\w+)?\]\]/g,
    (whole, ...names: (string | undefined)[]) => {
      const name = names.slice(0, 3).find((one) => one !== undefined) ?? '';
      // $1 in label_replace is a group of its regular expression.
      if (/^\d+$/.test(name)) return whole;
      const value = values.get(name);
      if (value === undefined) throw new Error(`${where} names the variable ${name}: undeclared`);
      return value;
    },
  );
}
