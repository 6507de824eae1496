/// <reference lib="dom" />
/** A profile whose sums are known by hand, and its page in a real browser. */
import { type CpuProfile, callTree, selfTimes } from '@hotpath/loadtests/bench/cpu-profile';
import { renderFlameGraph } from '@hotpath/loadtests/bench/flame-graph';
import { type ArmProfile, renderProfile } from '@hotpath/loadtests/bench/profile-text';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReportReader } from '../report/html/in-browser.js';

const root = '/somewhere/hotpath/';
const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
  ...{ id, children, callFrame: { functionName, url, lineNumber: 6 } },
});
const own = (path: string) => `file://${root}${path}`;
const profile: CpuProfile = {
  nodes: [
    frame(1, '(root)', '', [2, 3, 4, 8]),
    frame(2, '(idle)', ''),
    frame(3, '(garbage collector)', ''),
    frame(4, 'handle', own('node_modules/@nestjs/core/router.js'), [5, 6]),
    frame(5, 'fingerprintV1', own('contract/dist/fingerprint-v1.js'), [7]),
    frame(6, '</script><b>', own('loadtests/dist/src/rungs/floor.js')),
    frame(7, 'replace', ''),
    frame(8, 'onread', 'node:net'),
  ],
  ...{ startTime: 1_000, endTime: 2_000 },
  // Each holds until the next: idle 100, handle 200, fingerprintV1 150, replace 50, and so on.
  samples: [2, 4, 5, 7, 3, 6, 8],
  timeDeltas: [100, 100, 200, 150, 50, 100, 100],
};
const tree = callTree([profile, profile], root);
const drawn: ArmProfile = {
  ...{ arm: 'async', selfTimes: selfTimes(tree), events: 20, file: 'async.flame.html' },
};

test('every microsecond but the idle ones is somebody’s: own code by file, the rest by package', () => {
  expect(tree.micros).toBe(2 * 800);
  expect(Object.fromEntries(drawn.selfTimes.map(({ name, micros }) => [name, micros]))).toEqual({
    '@nestjs/core': 400,
    'contract/src/fingerprint-v1.ts': 300,
    "JavaScript's own functions": 100,
    'garbage collection': 200,
    'loadtests/src/rungs/floor.ts': 200,
    'node:net': 400,
  });
});

test('the table gives share and µs an event, and sums up', () => {
  const text = renderProfile(drawn);
  expect(text).toMatch(/^ {2}@nestjs\/core +25\.0 % +20 µs\/event$/m);
  expect(text).toMatch(/^ {2}together +100\.0 % +80 µs\/event$/m);
  const many = Array.from({ length: 14 }, (_, i) => ({
    ...{ name: `file ${i}`, kind: 'own' as const, micros: 10 },
  }));
  expect(renderProfile({ ...drawn, selfTimes: many })).toMatch(/^ {2}2 others +14\.3 % +1\.0 /m);
});

let reader: ReportReader;

beforeAll(async () => {
  reader = await ReportReader.start();
});
afterAll(() => reader.stop());

test('the page draws each call at its share without network, and finds one by its name', async () => {
  const { page, troubles } = await reader.openPage(await renderFlameGraph(tree, drawn));
  const widthOf = (name: string) =>
    page
      .locator('.d3-flame-graph g.frame', { hasText: name })
      .first()
      .evaluate((g) => g.getBoundingClientRect().width);
  const whole = await widthOf('all: 100.0 %');
  expect((await widthOf('fingerprintV1')) / whole).toBeCloseTo(400 / 1_600, 2);
  expect(await page.getByRole('row').count()).toBe(8);
  await page.getByLabel('Find').fill('fingerprint-v1');
  expect(await page.locator('rect[fill="#f0e442"]').count()).toBe(1);
  await page.getByRole('button', { name: 'Whole picture' }).click();
  expect(await page.locator('rect[fill="#f0e442"]').count()).toBe(0);
  expect(troubles).toEqual([]);
});
