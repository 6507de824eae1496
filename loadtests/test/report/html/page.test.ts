import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { renderHtml } from '@hotpath/loadtests/report/html/page';
import { timeChart } from '@hotpath/loadtests/report/html/time-chart';
import { report } from '@hotpath/loadtests/report-command';
import { runRecords } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { broken, entry, studyRecord } from '../record-fixture.js';
import { fullRun, fullStudy } from './full-record.js';

/** A page is opened over the network too, and kept beside its record. */
const pageBytesMax = 600_000;

function sectionsOf(page: string): string[] {
  return [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id ?? '');
}

test('the same record gives the same bytes, and few of them', () => {
  const page = renderHtml(fullStudy());
  expect(renderHtml(fullStudy())).toBe(page);
  expect(page.length).toBeLessThan(pageBytesMax);
});

test('no two charts of a page share an id', () => {
  const ids = [...renderHtml(fullStudy()).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(15);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a section that the record has nothing for is left out, and so is its link', async () => {
  const full = renderHtml(fullStudy());
  expect(sectionsOf(full)).toEqual([
    ...['ratios', 'figures', 'latency', 'time', 'ledger', 'phases', 'cost', 'memory'],
    ...['validity', 'environment', 'reproduce', 'terms'],
  ]);
  const plain = renderHtml(studyRecord({ blocks: [] }));
  expect(sectionsOf(plain)).toEqual(['environment', 'reproduce', 'terms']);
  for (const page of [
    full,
    plain,
    renderHtml(await runRecords.read(join(checkout, 'docs/study'))),
  ]) {
    const links = [...page.matchAll(/<li><a href="#(\w+)"/g)].map(([, id]) => id);
    expect(links).toEqual(sectionsOf(page));
  }
});

test('a ladder and a fault are told of', () => {
  const arms = ['floor', 'naive', 'upsert', 'async'];
  const blocks = [1, 2, 3].map((p95) => Object.fromEntries(arms.map((arm) => [arm, { p95 }])));
  const ladder = studyRecord({ entries: arms.map((arm) => entry(arm)), blocks });
  const page = renderHtml(ladder);
  expect(sectionsOf(page)).toContain('ladder');
  const drawn = page.slice(page.indexOf('id="ladder"'), page.indexOf('id="figures"'));
  expect(drawn).toMatch(/aria-label="What each step of the ladder buys[^"]*"><svg/);
  for (const step of ['naive → upsert', 'upsert → async']) {
    expect(drawn).toMatch(
      new RegExp(`<th scope="row">${step}: p95, shorter by</th><td>\\S*1\\.0 ×`),
    );
  }
  const broken = renderHtml({ ...ladder, plan: { ...ladder.plan, fault: 'row-lock' } });
  expect(broken).toMatch(/Broken on purpose[\s\S]*holds the row of the hottest issue/);
  expect(renderHtml(ladder)).not.toContain('Broken on purpose');
});

test('what a long run has read of growth is shown with its verdict, and a short run shows none', () => {
  const run = fullRun();
  expect(renderHtml(run)).not.toContain('What could grow for ever');
  const leak = Array.from({ length: 400 }, (_, i) => 50 + i / 10);
  const series = [{ process: 'api', metric: 'heap used' as const, unit: 'MiB', values: leak }];
  for (const each of run.runs) each.growth = { everySeconds: 5, series };
  const page = renderHtml(run);
  expect(page).toContain('GROWING: api heap used.');
  expect(page).toMatch(/<th scope="row">api heap used<\/th><td>50–90 MiB<\/td>.*<td>growing<\/td>/);
});

test('every kind of record has a page that says what it is', () => {
  const disturbed = fullStudy();
  for (const run of disturbed.runs) run.checks.push(broken);
  const aa = studyRecord({
    entries: [entry('floor'), entry('async', 'async-a'), entry('async', 'async-b')],
    blocks: [1, 2, 3].map((p95) => ({ floor: { p95 }, 'async-a': { p95 }, 'async-b': { p95 } })),
    aa: true,
  });
  const killed = studyRecord({ blocks: [{ floor: { p95: 1 } }], state: 'interrupted' });
  for (const [record, verdict] of [
    [fullRun(), 'measured'],
    [disturbed, 'invalid'],
    [aa, 'A/A holds'],
    [killed, 'unfinished'],
  ] as const) {
    expect(renderHtml(record)).toContain(`verdict: ${verdict}`);
  }
  expect(renderHtml(disturbed)).toContain('No run is valid');
});

test('report --html writes the page where it is told to, and prints only where that is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hotpath-page-'));
  try {
    const [html, junit] = [join(directory, 'x.html'), join(directory, 'x.xml')];
    const study = join(checkout, 'docs/study');
    expect(await report([study, '--html', html, '--junit', junit])).toBe(0);
    expect(await readFile(html, 'utf8')).toBe(renderHtml(await runRecords.read(study)));
    expect(await readFile(junit, 'utf8')).toContain('<testsuites ');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a chart for a picture has its own colours, its unit, and a gap where nothing was seen', () => {
  const svg = timeChart({
    ...{ title: 'Queue <depth>', unit: 'jobs', shaded: [{ from: 0, to: 2, name: 'warm-up' }] },
    series: [
      {
        ...{ name: 'waiting', colour: '#0072b2', dash: 'dashed' },
        points: [
          [0, 1],
          [1, 5],
          [2, null],
          [3, 2],
          [4, 0],
        ],
      },
    ],
  });
  expect(svg).toMatch(/^<svg [^>]*width="460" height="230"[^>]*><style>svg\{/);
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(svg).toContain('Queue &lt;depth&gt; · jobs');
  expect(svg).toContain('warm-up');
  const [line = ''] = /<path d="[^"]+"[^>]* stroke="#0072b2"[^>]*>/.exec(svg) ?? [];
  expect(line.match(/M/g)).toHaveLength(2);
  expect(line).toContain('stroke-dasharray');
});
