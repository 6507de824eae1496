import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { renderPanels, type SeenRun } from '@hotpath/loadtests/report/html/panels-page';
import { panelSeries } from '@hotpath/loadtests/report/panel-chart';
import { runRecords } from '@hotpath/loadtests/run-record';
import { readSeries, type SeriesFile } from '@hotpath/loadtests/series/series-file';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReportReader } from './in-browser.js';

const study = join(checkout, 'docs/study');
const dashboards = join(checkout, 'grafana/dashboards');

let reader: ReportReader;
let naive: SeriesFile;
let runs: SeenRun[];
beforeAll(async () => {
  reader = await ReportReader.start();
  runs = await Promise.all(
    ['floor', 'naive', 'async'].map(async (label) => {
      const series = await readSeries(join(study, `block-1-${label}`));
      if (series === null) throw new Error(`no series of ${label}`);
      return { label, block: 1, series };
    }),
  );
  naive = runs[1]?.series as SeriesFile;
});
afterAll(() => reader.stop());

test('every panel of the dashboards that the record has series of is drawn, without a network', async () => {
  const { page, troubles } = await reader.openPage(
    renderPanels(await runRecords.read(study), runs),
  );
  const drawn = await page.getByRole('heading', { level: 3 }).allTextContents();
  // A panel that is younger than the record was not asked for when it was made.
  const asked = new Set(
    runs.flatMap(({ series }) =>
      series.panels.flatMap(({ panel, dashboard, title }) =>
        panel === null ? [] : `${dashboard} ${title}`,
      ),
    ),
  );
  expect(asked.size).toBeGreaterThanOrEqual(110);
  expect(drawn.sort()).toEqual(
    panelsNow()
      .filter((panel) => asked.has(panel.key))
      .map(({ title }) => title)
      .sort(),
  );
  expect(await page.locator('svg path').count()).toBeGreaterThan(asked.size);
  expect(troubles).toEqual([]);
});

function panelsNow() {
  return readdirSync(dashboards).flatMap((file) => {
    const { uid, panels } = JSON.parse(readFileSync(join(dashboards, file), 'utf8')) as {
      uid: string;
      panels: { type: string; title: string }[];
    };
    return panels
      .filter(({ type }) => type !== 'row')
      .map(({ title }) => ({ title, key: `${uid} ${title}` }));
  });
}

test('a panel shows the figures of its series, and no line of another arm', async () => {
  const title = 'Is the pool the queue?';
  const [pending] = panelSeries(naive, { dashboard: 'hotpath-time', title });
  const values = pending?.points.flatMap(([, value]) => value ?? []) ?? [];
  expect(Math.max(...values)).toBeGreaterThan(100); // what naive is known for
  const { page } = await reader.openPage(renderPanels(await runRecords.read(study), runs));
  const figure = page.locator('#hotpath-time figure').filter({ hasText: title });
  const row = figure.getByRole('row').filter({ hasText: 'naive-logger' });
  const cell = (await row.getByRole('cell').allTextContents())[1] ?? '';
  const most = Number(cell.split(' · ')[1]?.replaceAll(',', ''));
  expect(Math.abs(most - Math.max(...values))).toBeLessThan(0.02 * most);
  // Looks back over the whole range, in which async was loaded too.
  const whole = { dashboard: 'hotpath-pair', title: 'Are 99 of 100 answered within 250 ms?' };
  expect(panelSeries(naive, whole).map(({ name }) => name)).toEqual(['naive']);
});

test('a narrow screen scrolls no page sideways', async () => {
  const viewport = { width: 400, height: 800 };
  const markup = renderPanels(await runRecords.read(study), runs);
  const { page } = await reader.openPage(markup, { viewport });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(viewport.width);
});
