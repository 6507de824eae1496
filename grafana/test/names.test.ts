/** No panel asks for a series that nobody exports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '@hotpath/contract/metrics';
import { exporterSeries } from '@hotpath/grafana/exporter-series';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type GeneratedDashboard, grafana, panelsOf, readDashboards } from './generated.js';

const specs = Object.values(metrics);
const targetLabels = ['service', 'arm', 'run', 'block', 'le'];
/** Our own, with the labels that they may be asked for. */
const ours = new Map(
  specs.flatMap(({ name, kind, labels }) => {
    const suffixes = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    return suffixes.map((suffix) => [`${name}${suffix}`, [...labels, ...targetLabels]] as const);
  }),
);
const rules = parse(readFileSync(join(grafana, '../prometheus/rules/recording.yml'), 'utf8')) as {
  groups: { rules: { record?: string }[] }[];
};
const recorded = rules.groups.flatMap(({ rules: all }) =>
  all.flatMap(({ record }) => record ?? []),
);
const known = new Set([...ours.keys(), ...exporterSeries, ...recorded]);

interface Selected {
  readonly name: string;
  readonly labels: readonly string[];
}

const filledIn = (expr: string) => expr.replaceAll(/\$__\w+/g, '4s').replaceAll(/\$\w+/g, '.*');

/** Every series that an expression asks for. Throws an Error where it is no PromQL. */
function selectedBy(expr: string): Selected[] {
  const text = filledIn(expr);
  const found: Selected[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to, node }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (name !== 'VectorSelector') return;
      const selector = text.slice(from, to);
      const metric = node.getChild('Identifier');
      const labels = [...selector.matchAll(/[{,](\w+)(?==|!)/g)].map(([, label = '']) => label);
      found.push({ name: metric ? text.slice(metric.from, metric.to) : '', labels });
    },
  });
  return found;
}

const ofVariable = (query: string) => /^label_values\((.+), \w+\)$/.exec(query)?.[1] ?? query;
const expressionsOf = (dashboard: GeneratedDashboard): string[] => [
  ...panelsOf(dashboard).flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
  ...dashboard.templating.list.map(({ query }) => ofVariable(query)),
];
const selected = readDashboards().flatMap(expressionsOf).flatMap(selectedBy);

test('every name is declared in contract/metrics, a recording rule, or a listed exporter’s', () => {
  expect(selected.length).toBeGreaterThan(100);
  expect([...new Set(selected.map(({ name }) => name))].filter((name) => !known.has(name))).toEqual(
    [],
  );
});

test('every matcher on a series of ours is on a label that it has', () => {
  const wrong = selected.flatMap(({ name, labels }) => {
    const may = ours.get(name);
    return may
      ? labels.filter((label) => !may.includes(label)).map((one) => `${name}: ${one}`)
      : [];
  });
  expect(wrong).toEqual([]);
});

test('the list of exporters’ names holds nothing that no panel asks for', () => {
  const names = new Set(selected.map(({ name }) => name));
  expect(exporterSeries.filter((name) => !names.has(name))).toEqual([]);
});

test('every series of ours that explains something is on a dashboard', () => {
  const names = selected.map(({ name }) => name);
  const shown = (spec: (typeof specs)[number]) => names.some((name) => name.startsWith(spec.name));
  expect(specs.filter((spec) => !shown(spec)).map(({ name }) => name)).toEqual([]);
});

test('CPU and memory of services come from the rule that unifies their sources', () => {
  const sources = /^(container_|namedprocess_|process_cpu|process_resident)/;
  expect(selected.filter(({ name }) => sources.test(name))).toEqual([]);
});

test('a bucket is never chosen by its bound: Prometheus 3 writes bounds differently', () => {
  expect(selected.filter(({ labels }) => labels.includes('le'))).toEqual([]);
});

test('what is no PromQL, and a name that nobody exports, are seen', () => {
  expect(() => selectedBy('sum(rate(x[4s])')).toThrow('no PromQL');
  expect(selectedBy('a{b="1"} + on (c) sum by (d) (e)')).toEqual([
    { name: 'a', labels: ['b'] },
    { name: 'e', labels: [] },
  ]);
});
