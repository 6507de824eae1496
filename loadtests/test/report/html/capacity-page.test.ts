/// <reference lib="dom" />
/** The page of a search for capacity, in a real browser, read back against its record. */
import type { CapacityArm, CapacityRecord } from '@hotpath/loadtests/capacity/capacity-record';
import { capacityRecords } from '@hotpath/loadtests/capacity/capacity-record';
import { renderCapacityHtml } from '@hotpath/loadtests/report/html/capacity-page';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { numberShown, ReportReader, tableRows } from './in-browser.js';

const [lambda, sigma, kappa] = [900, 0.08, 0.001];
const curve = (n: number) => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
const users = [1, 2, 4, 8, 16, 32, 64];

const step = (number: number, offeredPerSecond: number, p99: number | null, holds: boolean) => ({
  ...{ number, part: 'climb', offeredPerSecond, achievedPerSecond: offeredPerSecond * 0.99 },
  ...{ windowSeconds: 6, intendedP99Ms: p99, dropped: 0, failed: holds ? 0 : 31, drainMs: 120 },
  answeredMs:
    p99 === null ? null : { mean: p99 / 4, p50: p99 / 5, p95: p99 / 2, p99, max: 2 * p99 },
  ...{ missedShare: holds ? 0 : 0.02, inFlight: 1.4, cores: { api: 0.4, k6: 0.3 } },
  ...{ idleShare: 0.6, othersCores: 0.02, holds, reason: holds ? '' : '2.0 % missed' },
});

const arm = (name: string, used: boolean, more: Partial<CapacityArm> = {}) => ({
  ...{ arm: name, exact: name !== 'naive', storesEvents: name !== 'floor' },
  ...{
    promise: `what ${name} <promises>`,
    steps: [step(1, 500, 4, true), step(2, 4_000, 700, false)],
  },
  ...{ heldPerSecond: 500, brokenPerSecond: 4_000, limitedBy: 'service level' },
  ...{ kneePerSecond: 500, notes: [`a note on ${name}`], ledger: null },
  sweep: {
    points: users.map((concurrency) => ({
      ...{ concurrency, throughputPerSecond: curve(concurrency) * 1.02, responseMs: 2 },
      ...{ refused: 0, socketErrors: 0, generatorCores: 0.2 },
    })),
    fit: {
      lambda: { value: lambda, standardError: 12 },
      sigma: { value: sigma, standardError: 0.01 },
      kappa: { value: kappa, standardError: null },
      points: users.map((concurrency) => ({
        ...{ concurrency, measuredPerSecond: curve(concurrency) * 1.02, residualShare: 0.0196 },
        fittedPerSecond: curve(concurrency),
      })),
      ...{ r2: 0.998, rmsePerSecond: 40, used },
      peak: used ? { concurrency: 30, throughputPerSecond: curve(30) } : null,
      refusals: used ? [] : ['no point lies beyond the peak'],
    },
    ledger: null,
  },
  ...more,
});

const record: CapacityRecord = capacityRecords.parse(
  {
    ...{ schemaVersion: 2, kind: 'capacity', id: 'c-1', state: 'complete', problem: '' },
    ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:14:05.000Z' },
    program: { commit: 'abc', dirty: false },
    host: { cpuModel: 'a cpu', cores: 2, memoryBytes: 8 * 1024 ** 3, kernel: '6.1' },
    ...{
      versions: { node: '20' },
      durability: { holds: true, settings: { appendfsync: 'always' } },
    },
    plan: {
      ...{ quick: false, seed: 5, rig: 'native', arms: ['floor', 'naive', 'async'] },
      serviceLevel: { p99MsMax: 250, missedShareMax: 0.01 },
      ...{ stepSeconds: 6, warmUpSeconds: 4, firstPerSecond: 250, resolutionShare: 0.05 },
      ...{ sweepSeconds: 2, concurrencies: users },
    },
    arms: [
      arm('floor', true),
      arm('naive', false, { sweep: null }),
      arm('async', false, { limitedBy: 'generator', brokenPerSecond: null }),
    ],
  },
  'the fixture',
);

let reader: ReportReader;

beforeAll(async () => {
  reader = await ReportReader.start();
});
afterAll(() => reader.stop());

test('the page says what each arm carries, draws it, and its numbers are those of the record', async () => {
  const { page, troubles } = await reader.openPage(renderCapacityHtml(record), {
    colorScheme: 'dark',
  });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
    'Within the service level: floor 500 /s, naive 500 /s, async ≥ 500 /s.',
  );
  expect(
    await page
      .getByRole('img', { name: /^p99 of the answered/ })
      .locator('svg')
      .count(),
  ).toBe(1);
  expect(await page.getByRole('img', { name: /throughput by users/ }).count()).toBe(2);
  const steps = await tableRows(page, /^async: every step/);
  expect(steps.map(([offered]) => numberShown(offered?.text ?? ''))).toEqual([500, 4_000]);
  expect(steps.map((cells) => cells[4]?.value)).toEqual([4, 700]);
  expect(steps[1]?.at(-1)?.text).toBe('no: 2.0 % missed');
  const sweep = await tableRows(page, /^floor: throughput by users/);
  expect(sweep.map((cells) => cells[2]?.value)).toEqual(users.map(curve));
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain('Highest at 30 users');
  expect(text).toContain('nothing is concluded from it: no point lies beyond the peak');
  expect(text).toContain('what async <promises>');
  expect(troubles).toEqual([]);
});

test('an open ledger and an unfinished search stand before every number, and a narrow page does not scroll', async () => {
  const sums = { acknowledged: 9, unknown: 0, counted: 9, stored: 8, lost: 1, surplus: 0 };
  const arms = record.arms.map((each) =>
    each.sweep === null ? each : { ...each, sweep: { ...each.sweep, ledger: sums } },
  );
  const bad = { ...record, arms, state: 'interrupted' as const, problem: 'Stopped.' };
  const { page } = await reader.openPage(renderCapacityHtml(bad), {
    viewport: { width: 400, height: 800 },
  });
  const header = await page.locator('header.verdict.bad').textContent();
  expect(header).toContain('Unfinished (interrupted). Stopped.');
  expect(header).toContain('did not store exactly what it acknowledged');
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
});

test('the same record gives the same bytes', () => {
  expect(renderCapacityHtml(record)).toBe(renderCapacityHtml(record));
});
