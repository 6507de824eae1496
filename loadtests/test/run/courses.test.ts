import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCourses } from '@hotpath/loadtests/run/courses';
import { type Load, loadFiles } from '@hotpath/loadtests/run/k6-load';
import { describeLoad, readEndedLoad } from '@hotpath/loadtests/run/measurement';
import { histogramOf } from '@hotpath/loadtests/statistics/histogram';
import { afterEach, beforeEach, expect, test } from 'vitest';

const t0 = 1_700_000_000_000;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hotpath-courses-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A request: how long after t0 it started, how long it took, how it ended. */
type Request = readonly [startMs: number, durationMs: number, letter?: string];

async function ended(
  name: string,
  requests: readonly Request[],
  { dropped = 0, load = {} as Partial<Load> } = {},
) {
  const files = loadFiles(directory, name);
  const lines = requests.map(
    ([startMs, durationMs, letter = 'c'], i) =>
      `${i} ${letter} ${t0 + startMs} ${durationMs.toFixed(3)}\n`,
  );
  await writeFile(files.raw, lines.join(''));
  const steady: Load = {
    ...{ name, scenario: 'steady', url: 'http://127.0.0.1:1', seed: 3, ratePerSecond: 4 },
    ...{ seconds: 3, vus: null, introduce: false, ...load },
  };
  const summary = { iterations: requests.length, dropped, p95Ms: 1, outcomes: {} };
  return readEndedLoad(steady, files, summary);
}

const everyMs = (count: number, ms: number, from = 0): Request[] =>
  Array.from({ length: count }, (_, i) => [from + i * ms, 10 + i]);

test('warm-up and window have one clock, which starts with the window', async () => {
  const courses = describeCourses(
    await ended('warm-up', everyMs(8, 250)),
    await ended('measured', everyMs(12, 250, 5_500)),
  );
  expect(courses).toMatchObject([
    { phase: 'warm-up', fromSeconds: -5.5, everySeconds: 1, offered: [4, 4] },
    { phase: 'measured', fromSeconds: 0, offered: [4, 4, 4], p50Ms: [11, 15, 19] },
  ]);
  expect(courses[1]?.p95Ms).toEqual([13, 17, 21]);
});

test('answers count when they come, and only acknowledgements have a latency', async () => {
  const requests: Request[] = [
    [0, 1_500],
    [100, 20],
    [200, 5, 's'],
    [300, 1_000, 'u'],
  ];
  const [, course] = describeCourses(
    await ended('warm-up', everyMs(1, 1)),
    await ended('measured', requests),
  );
  expect(course).toMatchObject({
    offered: [4, 0],
    acknowledged: [1, 1],
    p50Ms: [20, 1_500],
    dropped: [0, 0],
  });
});

test('a second in which nothing came has no latency, not zero', async () => {
  const requests: Request[] = [
    [0, 10],
    [2_500, 10],
  ];
  const [, course] = describeCourses(
    await ended('warm-up', everyMs(1, 1)),
    await ended('measured', requests),
  );
  expect(course?.p95Ms).toEqual([10, null, 10]);
});

test('drops lie where the schedule owed more than started, and add up to what k6 counts', async () => {
  const requests = [...everyMs(4, 250), ...everyMs(1, 1, 1_000), ...everyMs(2, 1, 2_000)];
  const measured = await ended('measured', requests, { dropped: 5 });
  const [, course] = describeCourses(await ended('warm-up', everyMs(1, 1)), measured);
  expect(course).toMatchObject({ dropped: [0, 3, 2], offered: [4, 4, 4] });
});

test('users that set the rate themselves owe nothing, so nothing was dropped', async () => {
  const load = { scenario: 'closed', ratePerSecond: null, seconds: null } as const;
  const measured = await ended('measured', everyMs(3, 1_000), { load });
  const [, course] = describeCourses(await ended('warm-up', everyMs(1, 1)), measured);
  expect(course).toMatchObject({ dropped: [0, 0, 0], offered: [1, 1, 1] });
});

test('a long run has wider steps, not more of them', async () => {
  const measured = await ended('measured', everyMs(3_600, 1_000), { load: { seconds: 3_600 } });
  const [, course] = describeCourses(await ended('warm-up', everyMs(1, 1)), measured);
  expect(course?.everySeconds).toBe(13);
  expect(course?.offered.length).toBeLessThanOrEqual(300);
  expect(course?.offered.reduce((sum, each) => sum + each, 0)).toBe(3_600);
});

test('without one request in the window there is nothing to draw', async () => {
  const empty = await ended('measured', []);
  expect(describeCourses(await ended('warm-up', everyMs(1, 1)), empty)).toEqual([]);
});

test('the record keeps how often each latency of the acknowledged occurred', async () => {
  const requests: Request[] = [
    [0, 7],
    [1, 7],
    [2, 90],
    [3, 400, 'f'],
  ];
  const { histogram } = describeLoad(await ended('measured', requests));
  const pairs = histogram?.buckets.map((bucket, i) => [bucket, histogram.counts[i]]);
  expect(pairs).toEqual(histogramOf([7, 7, 90]));
});
