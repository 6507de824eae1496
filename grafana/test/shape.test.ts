/** The generated dashboards as a reader and as Grafana see them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armColors } from '@hotpath/grafana/colors';
import { dashboardFiles } from '@hotpath/grafana/dashboards';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  files,
  type GeneratedDashboard,
  type GeneratedPanel,
  grafana,
  panelsOf,
  readDashboards,
} from './generated.js';

const dashboards = readDashboards();
const each = dashboards.map((dashboard) => [dashboard.uid, dashboard] as const);
const uids = dashboards.map(({ uid }) => uid);
const without = (all: readonly GeneratedPanel[], good: (panel: GeneratedPanel) => boolean) =>
  all.filter((panel) => !good(panel)).map(({ title }) => title);

test('the files are those that `npm run generate` would write', () => {
  expect([...files]).toEqual([...dashboardFiles()].sort(([a], [b]) => (a < b ? -1 : 1)));
});

test('there are five, each under its own name', () => {
  const names = ['pair', 'resources', 'rig-health', 'soak', 'time'].map(
    (name) => `hotpath-${name}`,
  );
  expect(uids).toEqual(names);
  expect([...files.keys()]).toEqual(names.map((name) => `${name}.json`));
});

describe.each(each)('%s', (_uid, dashboard) => {
  const panels = panelsOf(dashboard);

  test('has no id and no title twice', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  test('fills the grid of 24 columns, without overlap and without holes', () => {
    const taken = new Map<string, string>();
    for (const { gridPos, title } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x, `${title} ends right of the grid`).toBeLessThan(24);
          expect(taken.get(`${x} ${y}`), `below ${title}`).toBeUndefined();
          taken.set(`${x} ${y}`, title);
        }
      }
    }
    const height = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(taken.size).toBe(height * 24);
  });

  test('every title asks or states, and the description says what to look for and why', () => {
    expect(without(panels, ({ title }) => /\?( \(.+\))?$|^[A-Z].* \w+/.test(title))).toEqual([]);
    const description = /^\*\*Look for:\*\* .{20,}\n\n\*\*Usual cause:\*\* .{20,}$/s;
    expect(without(panels, (panel) => description.test(panel.description))).toEqual([]);
  });

  test('thresholds rise, from the lowest value on', () => {
    const values = ({ fieldConfig }: GeneratedPanel) =>
      fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
    const rise = ([first, ...rest]: (number | null)[]) =>
      first === null && rest.every((value, i) => value !== null && value > (rest[i - 1] ?? -1));
    expect(without(panels, (panel) => rise(values(panel)))).toEqual([]);
  });

  test('panels lead to dashboards that there are, with time and variables', () => {
    const links = [...panels.flatMap((panel) => panel.links), ...dashboard.links];
    const target = /^\/d\/([\w-]+)\?\$\{__url_time_range\}&\$\{__all_variables\}$/;
    expect(links.filter(({ url }) => !uids.includes(target.exec(url)?.[1] ?? ''))).toEqual([]);
    expect(
      without(panels, ({ links: [link] }) => !link?.url.includes(`/${dashboard.uid}?`)),
    ).toEqual([]);
    expect(dashboard.links).toHaveLength(uids.length - 1);
  });

  test('every label of a legend is one that its query leaves', () => {
    const lacking = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const left = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(', '));
        const asked = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        return asked.filter((label) => !left.includes(label)).map((label) => `${title}: ${label}`);
      }),
    );
    expect(lacking).toEqual([]);
  });
});

test('all ask the data source that is provisioned', () => {
  const provisioned = parse(
    readFileSync(join(grafana, 'provisioning/datasources/prometheus.yml'), 'utf8'),
  ) as { datasources: { uid: string; jsonData: { timeInterval: string } }[] };
  expect(provisioned.datasources.map(({ uid }) => uid)).toEqual(['prometheus']);
  expect(provisioned.datasources[0]?.jsonData.timeInterval).toBe('1s');
  const asked = [...files.values()].flatMap((text) => text.match(/"uid": "[^"]+"/g) ?? []);
  expect([...new Set(asked)].sort()).toEqual(
    [...uids, 'prometheus'].map((uid) => `"uid": "${uid}"`).sort(),
  );
});

test('an arm has one colour everywhere, and no part of anything else has it', () => {
  const all = dashboards.flatMap((dashboard: GeneratedDashboard) => panelsOf(dashboard));
  const colors = all.flatMap(({ fieldConfig }) =>
    fieldConfig.overrides.flatMap(({ matcher, properties: [property] }) =>
      property?.id === 'color' ? [[matcher.options, property.value.fixedColor] as const] : [],
    ),
  );
  const byColor = new Map(Object.entries(armColors).map(([arm, color]) => [color, arm]));
  const armOf = (regexp: string) => /^\/\^([\w-]+?)(\(|\\b)/.exec(regexp)?.[1];
  expect(colors.length).toBeGreaterThan(50);
  for (const [regexp, color] of colors) {
    const arm = armOf(regexp) ?? '';
    expect(byColor.get(color as string), `${regexp} ${color}`).toBe(
      arm in armColors ? arm : undefined,
    );
  }
});
