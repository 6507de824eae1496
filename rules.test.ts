/** Recording and alert rules: by the real promtool, and against the series that there are. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { metrics } from '@hotpath/contract/metrics';
import { exporterSeries } from '@hotpath/grafana/exporter-series';
import { requireObserver } from '@hotpath/loadtests/rig/observers/observer-programs';
import { describe, expect, test } from 'vitest';
import { selectorsIn } from './prometheus/promql-series.ts';
import { alerts, checks, ruleFiles, rules, rulesIn, testFiles } from './prometheus/rule-files.ts';

const folder = fileURLToPath(new URL('prometheus/', import.meta.url));
function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(requireObserver('promtool'), args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  return status === 0 ? 'fine' : `${stdout}${stderr}`;
}

describe('promtool', () => {
  test('takes the configuration of compose', () =>
    expect(promtool('check', 'config', 'prometheus.yml')).toBe('fine'));

  test.each(ruleFiles)('takes %s', (name) =>
    expect(promtool('check', 'rules', `rules/${name}`)).toBe('fine'),
  );

  test.each(testFiles)('gets what %s expects', (name) =>
    expect(promtool('test', 'rules', `rules/${name}`)).toBe('fine'),
  );

  test('says no', () => expect(promtool('check', 'rules', 'prometheus.yml')).toContain('FAILED'));
});

/** The only rules that may ask cAdvisor and process-exporter: all else reads what these record. */
const resourceSeries = [
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'namedprocess_namegroup_cpu_seconds_total',
  'namedprocess_namegroup_memory_bytes',
];
const recorded = rules.flatMap(({ record = [] }) => record);
const targetLabels = ['service', 'arm', 'run', 'block', 'instance'];

/** Exposition names, with the labels that their series have. */
const ours = new Map(
  Object.values(metrics).flatMap(({ kind, name, labels }) =>
    kind === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']] as const,
          [`${name}_sum`, labels] as const,
          [`${name}_count`, labels] as const,
        ]
      : [[name, labels] as const],
  ),
);

describe('each rule', () => {
  const selectors = rules.flatMap((rule) =>
    selectorsIn(rule.expr).map((selector) => ({ of: rule.record ?? rule.alert, ...selector })),
  );

  test('asks only for series that somebody exports or a rule records', () => {
    const known = [...ours.keys(), ...exporterSeries, ...recorded];
    const unknown = selectors
      .filter(({ of, name }) => !known.includes(name) && !isResource(of, name))
      .map(({ of, name }) => `${of} asks for ${name}`);
    expect(unknown).toEqual([]);
  });

  const isResource = (of: string | undefined, name: string) =>
    resourceSeries.includes(name) &&
    ['hotpath:cpu_cores', 'hotpath:memory_bytes'].includes(of ?? '');

  test('matches only labels that our series have, never the bounds of buckets', () => {
    const unknown = selectors.flatMap(({ of, name, matchers }) =>
      matchers
        .map(({ label }) => label)
        .filter((label) => label === 'le' || (ours.get(name)?.includes(label) ?? true) === false)
        .filter((label) => !targetLabels.includes(label))
        .map((label) => `${of}: ${name} has no ${label} to match`),
    );
    expect(unknown).toEqual([]);
  });

  test('looks back over four scrapes at least', () => {
    const ranges = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/\[(\d+)(s|m)\]/g)].map(
        ([, count, unit]) => Number(count) * (unit === 'm' ? 60 : 1),
      ),
    );
    expect(Math.min(...ranges)).toBeGreaterThan(4);
  });

  test('records under a name of the project, once', () => {
    for (const name of recorded) expect(name).toMatch(/^hotpath:[a-z0-9_]+$/);
    expect(new Set(recorded).size).toBe(recorded.length);
    expect(rulesIn('alerts.yml').filter(({ record }) => record)).toEqual([]);
  });
});

describe.each([...new Set(alerts.map(({ alert = '' }) => alert))])('alert %s', (name) => {
  const own = alerts.filter(({ alert }) => alert === name);
  const asked = checks.filter(({ expr }) => matchesAlert(expr, name));

  test('is shown what it fires for, each of its rules, and what it must keep silent for', () => {
    const fired = asked.flatMap(({ exp_samples }) => exp_samples.map(({ labels }) => labels));
    for (const { labels = {} } of own) {
      const wanted = [name, 'firing', ...Object.values(labels)].map((value) => `"${value}"`);
      expect(fired.filter((text) => wanted.every((value) => text.includes(value)))).not.toEqual([]);
    }
    expect(asked.filter(({ exp_samples }) => exp_samples.length === 0)).not.toEqual([]);
  });

  test('says what it means, where to look first, and on which dashboard', () => {
    for (const { annotations = {}, labels = {} } of own) {
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(Object.keys(annotations).sort()).toEqual([
        'dashboard',
        'description',
        'look_first',
        'summary',
      ]);
      expect(annotations.dashboard).toMatch(
        /^\/d\/hotpath-(pair|time|resources|soak|rig-health)\{\{/,
      );
    }
  });
});

function matchesAlert(expr: string, alert: string): boolean {
  const [selector] = selectorsIn(expr);
  if (selector?.name !== 'ALERTS') return false;
  const matched = selector.matchers.find(({ label }) => label === 'alertname');
  return matched === undefined || new RegExp(`^(?:${matched.value})$`).test(alert);
}
