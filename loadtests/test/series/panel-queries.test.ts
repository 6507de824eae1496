import { panelQueries } from '@hotpath/loadtests/series/panel-queries';
import { expect, test } from 'vitest';

const dashboard = {
  uid: 'pair',
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Is it fast?',
      fieldConfig: { defaults: { unit: 's', custom: { stacking: { mode: 'normal' } } } },
      targets: [
        {
          refId: 'A',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's, not JavaScript's
          expr: 'rate(x{run=~"$run",arm=~"${arm:regex}"}[$__rate_interval])',
          legendFormat: '{{arm}}',
        },
        { refId: 'B', expr: 'hidden', hide: true },
      ],
    },
    {
      id: 2,
      type: 'row',
      title: 'More',
      collapsed: true,
      panels: [{ id: 3, title: 'Inside', targets: [{ expr: 'max_over_time(y[$__range])' }] }],
    },
    { id: 4, type: 'text', title: 'Only words' },
  ],
  templating: {
    list: [
      { name: 'run', type: 'query', query: 'label_values(run)' },
      { name: 'arm', type: 'custom', query: 'naive,async', current: { value: ['naive', 'async'] } },
      { name: 'limit', type: 'constant', query: '0.25' },
      { name: 'service', type: 'query', allValue: '.+', current: { value: ['$__all'] } },
    ],
  },
  annotations: { list: [{ name: 'phases', expr: 'p{service=~"[[service]]"} > $limit' }] },
};

const exprs = (variables: Parameters<typeof panelQueries>[1], grid = {}) =>
  panelQueries(dashboard, variables, { rangeSeconds: 41.2, stepSeconds: 1, ...grid }).map(
    ({ expr }) => expr,
  );

const fast = { dashboard: 'pair', panel: 1, title: 'Is it fast?' };
const plain = { unit: '', stacked: false, refId: 'A', legend: '' };

test('every query that is shown, in collapsed rows too, then the annotations', () => {
  expect(panelQueries(dashboard, { run: 'r1' }).map(({ expr: _, ...rest }) => rest)).toEqual([
    { ...fast, ...{ unit: 's', stacked: true }, refId: 'A', legend: '{{arm}}' },
    { dashboard: 'pair', panel: 3, title: 'Inside', ...plain },
    { dashboard: 'pair', panel: null, title: 'phases', ...plain },
  ]);
});

test('what is given wins over what the dashboard has; what nobody gives matches anything', () => {
  expect(exprs({ run: ['r1', 'r2'], arm: ['async'] })[0]).toBe(
    'rate(x{run=~"(r1|r2)",arm=~"async"}[4s])',
  );
  expect(exprs({})).toEqual([
    'rate(x{run=~".*",arm=~"(naive|async)"}[4s])',
    'max_over_time(y[42s])',
    'p{service=~".+"} > 0.25',
  ]);
});

test('a rate looks back over a step and a scrape where steps are long', () => {
  expect(exprs({}, { stepSeconds: 15 })[0]).toContain('[16s]');
});

test('a variable that nobody declares is an error that names the panel; a group of a regex is none', () => {
  const one = (expr: string) => ({ uid: 'x', panels: [{ title: 'Odd', targets: [{ expr }] }] });
  expect(() => panelQueries(one('y{a="$b"}'), {})).toThrow("panel 'Odd' of x names the variable b");
  const fine = 'label_replace(y, "a", "$1", "b", "(.+)-x$")';
  expect(panelQueries(one(fine), {})[0]?.expr).toBe(fine);
});
