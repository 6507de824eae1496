import { historiesOf } from '@hotpath/loadtests/report/history';
import { renderHistories } from '@hotpath/loadtests/report/history-text';
import type { RunRecord } from '@hotpath/loadtests/run-record';
import { randomFrom } from '@hotpath/loadtests/statistics/random';
import { expect, test } from 'vitest';
import { broken, studyRecord } from './record-fixture.js';

/** One record a p95 of async, a day each, with a few percent of noise in everything. */
function records(p95s: readonly number[]): RunRecord[] {
  const random = randomFrom(9);
  const noise = () => 1 + 0.06 * (random() - 0.5);
  return p95s.map((p95, day) => ({
    ...studyRecord({
      blocks: [1, 2, 3].map(() => ({
        floor: { p95: noise(), cpu: 200 * noise() },
        naive: { p95: 900 * noise(), intended: null, cpu: 1_800 * noise(), lost: 3_000 },
        async: { p95: p95 * noise(), cpu: 500 * noise() },
      })),
    }),
    id: `day-${day + 1}`,
    startedAt: `2026-02-${String(day + 1).padStart(2, '0')}T03:04:05.000Z`,
  }));
}

const steps = (before: number, after: number, each = 6) => [
  ...Array(each).fill(before),
  ...Array(each).fill(after),
];

test('a level that changed is marked at its record, with both levels; what stayed is not', () => {
  const [history, ...others] = historiesOf(records(steps(4, 5)));
  expect(others).toEqual([]);
  const marked = history?.series.filter(({ changes }) => changes.length > 0) ?? [];
  expect(new Set(marked.map(({ label }) => label))).toEqual(new Set(['async']));
  const p95 = marked.find(({ figure }) => figure.name === 'p95 of answered');
  expect(p95?.changes).toEqual([
    expect.objectContaining({
      at: 6,
      isWorse: true,
      before: expect.closeTo(4, 0),
      after: expect.closeTo(5, 0),
    }),
  ]);
  const text = renderHistories(historiesOf(records(steps(4, 5))));
  expect(text).toMatch(/^ {2}p95 of answered +[▁▂▃]{6}[▆▇█]{6} +[45]\.\d ms$/m);
  expect(text).toMatch(
    /WORSE \(4\.0 ms → 5\.0 ms, \+2\d %, p = 0\.00\d\) from #7 day-7, 2026-02-07 03:04 UTC/,
  );
  expect(renderHistories(historiesOf(records(steps(5, 4))))).toMatch(/better \(.*\) from #7 day-7/);
});

test('records come in order of time, whatever order they were read in', () => {
  const mixed = records(steps(4, 5)).reverse();
  const [history] = historiesOf(mixed);
  expect(history?.records.map(({ id }) => id).slice(0, 2)).toEqual(['day-1', 'day-2']);
});

test('few records are shown without marks, and it says from how many on there are any', () => {
  const text = renderHistories(historiesOf(records([4, 4, 4, 9, 9, 9])));
  expect(text).not.toMatch(/WORSE|better/);
  expect(text).toMatch(/^6 records of this kind: from 8 on a change/m);
  expect(renderHistories(historiesOf(records([4])))).toContain('1 record of this kind');
});

test('what is not alike is not put into one row, and the newest kind comes first', () => {
  const all = records([4, 4, 4, 5]);
  for (const record of all.slice(0, 2)) record.plan.ratePerSecond = 800;
  const histories = historiesOf(all);
  expect(histories.map((one) => one.records.map(({ id }) => id))).toEqual([
    ['day-3', 'day-4'],
    ['day-1', 'day-2'],
  ]);
  expect(renderHistories(histories)).toMatch(/1,200 \/s[\s\S]*800 \/s/);
});

test('a record with no valid run of an arm, or off the scale, is a gap and no number', () => {
  const all = records(steps(4, 5));
  for (const run of all[2]?.runs ?? []) if (run.label === 'async') run.checks.push(broken);
  const text = renderHistories(historiesOf(all));
  expect(text).toMatch(/^ {2}p95 of answered +[▁▂▃]{2}·[▁▂▃]{3}[▆▇█]{6} /m);
  expect(text).toMatch(/from #7 day-7/); // the gap moves no mark
  expect(text).toMatch(/^ {2}p95 of intended +·{12} +> 10 s$/m); // naive
  expect(text).toMatch(/^ {2}counts lost +·{12} +none$/m); // async
});

test('a row that hardly moves does not look as if it did', () => {
  const text = renderHistories(historiesOf(records([4, 4, 4])));
  expect(text).toMatch(/^ {2}achieved \(2xx\) +▁▁▁ +1,200 \/s$/m);
});

test('no line is wider than 100 columns, with more records than there is room for', () => {
  const months = [4, 4, 6].map((p95) => records(Array(28).fill(p95)));
  const many = months.flat().map((record, at) => ({
    ...record,
    id: `20260203-040506-${at}`,
    startedAt: record.startedAt.replace('-02-', `-0${2 + Math.floor(at / 28)}-`),
    program: { commit: 'f'.repeat(40), dirty: false },
  }));
  const text = renderHistories(historiesOf(many));
  expect(text).toMatch(/The\s+bars are the newest 64\./);
  expect(text).toMatch(/WORSE .* from #57/);
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
});
