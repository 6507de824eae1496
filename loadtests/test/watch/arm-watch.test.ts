import { ArmWatch } from '@hotpath/loadtests/watch/arm-watch';
import { bucketQuantile } from '@hotpath/loadtests/watch/bucket-quantile';
import { away } from '@hotpath/loadtests/watch/figures';
import { ServicePage } from '@hotpath/loadtests/watch/service-page';
import { afterEach, describe, expect, test } from 'vitest';
import { type PageFigures, type PageService, pageOf, pageService } from './page-service.js';

const services: PageService[] = [];
afterEach(() => {
  for (const service of services.splice(0)) service.close();
});

async function serve(page: () => PageFigures | null): Promise<PageService> {
  const service = await pageService(() => {
    const figures = page();
    return figures === null ? null : pageOf(figures);
  });
  services.push(service);
  return service;
}

describe('figures of a page', () => {
  test('rates are differences over the time between two pages, gauges are as they stand', async () => {
    let figures: PageFigures = { counted: 5_000, cpuSeconds: 7, pool: [7, 10, 3], backlog: 12 };
    const page = new ServicePage((await serve(() => figures)).url);
    const startMs = performance.now();
    const first = await page.look();
    expect(first).toEqual({
      ...{ rate: null, p95: null, failures: null, CPU: null },
      ...{ pool: { active: 7, limit: 10, waiting: 3 }, backlog: 12 },
    });
    figures = { ...figures, counted: 5_500, failed: 40, shed: 10, cpuSeconds: 7.1, backlog: 0 };
    const second = await page.look();
    const secondsMax = (performance.now() - startMs) / 1_000;
    expect(second.rate).toBeGreaterThan(500 / secondsMax);
    expect(Number(second.failures) / Number(second.rate)).toBeCloseTo(50 / 500);
    expect(Number(second.CPU) / Number(second.rate)).toBeCloseTo(0.1 / 500);
    expect(second.backlog).toBe(0);
  });

  test('p95 is that of the requests since the last page, interpolated', async () => {
    let within: [number, number, number] = [1_000, 1_000, 1_000];
    const page = new ServicePage((await serve(() => ({ within }))).url);
    await page.look();
    within = [1_090, 1_100, 1_100]; // of 100 new ones, 90 within 10 ms and 10 within 20 ms
    expect((await page.look()).p95).toBeCloseTo(15);
    expect((await page.look()).p95).toBeNull(); // nothing new was acknowledged
  });

  test('after a restart there is nothing to subtract, even when the counters are beyond the old ones', async () => {
    let figures: PageFigures = { counted: 100, startSeconds: 1_000 };
    const page = new ServicePage((await serve(() => figures)).url);
    await page.look();
    figures = { counted: 900, startSeconds: 1_007 };
    expect((await page.look()).rate).toBeNull();
    figures = { counted: 3, startSeconds: 1_007 }; // within the second that the start time tells
    expect((await page.look()).rate).toBeNull();
    expect((await page.look()).rate).toBe(0);
  });

  test('a page that comes too late is away, with the figures that it had, until it comes again', async () => {
    let answers = true;
    const page = new ServicePage((await serve(() => (answers ? { pool: [1, 10, 0] } : null))).url);
    await page.look();
    answers = false;
    expect(await page.look()).toMatchObject({ rate: away, pool: away, backlog: null });
    expect(page.problem).toBe('no page within 900 ms');
    answers = true;
    expect(await page.look()).toMatchObject({ rate: null, pool: { active: 1 } });
    expect(page.problem).toBeNull();
  });

  test('a page of something else has no figures', async () => {
    const other = await pageService(() => 'up 1\n');
    services.push(other);
    const page = new ServicePage(other.url);
    await page.look();
    expect(Object.values(await page.look())).toEqual(Array(6).fill(null));
  });
});

describe('an arm of two processes', () => {
  test('is their sum, where one has what the other lacks too', async () => {
    const api = await serve(() => ({ pool: [1, 10, 0] }));
    const worker = await serve(() => ({ pool: [2, 10, 5], backlog: 70 }));
    const arm = new ArmWatch('async', [api.url, worker.url]);
    await arm.look();
    await arm.look();
    expect(arm.latest).toMatchObject({ pool: { active: 3, limit: 20, waiting: 5 }, backlog: 70 });
    expect([api.asked(), worker.asked()]).toEqual([2, 2]);
  });

  test('leaves away what a missing half would add, and says which half', async () => {
    const api = await serve(() => ({ pool: [1, 10, 0] }));
    const worker = await serve(() => ({ backlog: 70 }));
    const arm = new ArmWatch('async', [api.url, worker.url]);
    await arm.look();
    worker.close();
    await arm.look();
    expect(arm.latest).toMatchObject({ backlog: away, CPU: away, pool: { active: 1 } });
    expect(arm.problems()).toEqual([`${worker.url}: ECONNREFUSED`]);
    expect(arm.isAway).toBe(false);
  });
});

describe('a quantile of buckets', () => {
  const buckets = (...counts: number[]) =>
    [1, 2, 4, Number.POSITIVE_INFINITY].map((upTo, i) => ({ upTo, count: counts[i] ?? 0 }));

  test.each([
    ['within a bucket', buckets(0, 100, 100, 100), 1.95],
    ['within the first, which starts at 0', buckets(100, 100, 100, 100), 0.95],
    ['beyond the last bound, of which no more is known', buckets(10, 20, 30, 100), 4],
    ['of nothing', buckets(0, 0, 0, 0), null],
  ])('%s', (_where, given, expected) => {
    const quantile = bucketQuantile(given, 0.95);
    if (expected === null) expect(quantile).toBeNull();
    else expect(quantile).toBeCloseTo(expected);
  });
});
