import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnsweredSeries,
  collectSeries,
  gridOf,
} from '@hotpath/loadtests/series/collect-series';
import {
  answersOf,
  readSeries,
  seriesFileName,
  writeSeries,
} from '@hotpath/loadtests/series/series-file';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hotpath-series-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const query = (panel: number, expr: string) => ({
  ...{
    dashboard: 'pair',
    panel,
    title: 'A title',
    unit: 's',
    stacked: false,
    refId: 'A',
    legend: '{{arm}}',
    expr,
  },
});
const answers: Record<string, AnsweredSeries[]> = {
  rate: [
    {
      metric: { arm: 'naive' },
      values: [
        [102, '1.23456789'],
        [104, 'NaN'],
        [105, '+Inf'],
        [106, '0.00012345678'],
      ],
    },
  ],
  native: [
    {
      metric: {},
      histograms: [[101, { count: '3', sum: '1', buckets: [[0, '0.5', '0.7', '3']] }]],
    },
  ],
  nothing: [],
};
const ask = async (expr: string) => {
  const answer = answers[expr];
  if (answer === undefined) throw new Error(`no such series: ${expr}`);
  return answer;
};

async function kept(...exprs: string[]) {
  const queries = exprs.map((expr, index) => query(index + 1, expr));
  const grid = gridOf({ startSeconds: 100.4, endSeconds: 108.2 });
  const bytes = await writeSeries(directory, await collectSeries(queries, {}, grid, ask));
  const file = await readSeries(directory);
  if (file === null) throw new Error('nothing was written');
  return { file, bytes };
}

test('what was answered is read again on its grid, shortened; what is no number is null', async () => {
  const { file, bytes } = await kept('rate');
  expect(file).toMatchObject({ startSeconds: 100, stepSeconds: 1, points: 10 });
  expect(bytes).toBeGreaterThan(20);
  expect(answersOf(file, { dashboard: 'pair', title: 'A title' })).toEqual([
    {
      ...{ refId: 'A', legend: '{{arm}}', expr: 'rate', problem: '' },
      series: [
        { labels: { arm: 'naive' }, from: 2, values: [1.2346, null, null, null, 0.00012346] },
      ],
    },
  ]);
});

test('native histograms keep their buckets', async () => {
  const { file } = await kept('native');
  expect(answersOf(file, { dashboard: 'pair', title: 'A title' })[0]?.series).toEqual([
    { labels: {}, from: 0, values: [], histograms: [[1, [[0.5, 0.7, 3]]]] },
  ]);
});

test('panels that ask the same share one answer, and an unanswered query says why', async () => {
  const { file } = await kept('rate', 'unknown', 'rate', 'nothing');
  expect(file.answers.map(({ expr, problem }) => [expr, problem])).toEqual([
    ['rate', ''],
    ['unknown', 'no such series: unknown'],
    ['nothing', ''],
  ]);
  expect(file.panels.map(({ panel, answer }) => [panel, answer])).toEqual([
    [1, 0],
    [2, 1],
    [3, 0],
    [4, 2],
  ]);
});

test('a long time is kept in longer steps', () => {
  expect(gridOf({ startSeconds: 0, endSeconds: 600 }).stepSeconds).toBe(1);
  const hours = gridOf({ startSeconds: 0.5, endSeconds: 7_200 });
  expect(hours).toEqual({ startSeconds: 0, endSeconds: 7_200, stepSeconds: 12 });
});

test('a run without series has none, and a damaged file is an error', async () => {
  expect(await readSeries(directory)).toBeNull();
  writeFileSync(join(directory, seriesFileName), 'not gzip');
  await expect(readSeries(directory)).rejects.toThrow();
});
