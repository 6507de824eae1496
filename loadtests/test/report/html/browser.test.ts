import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { isValid } from '@hotpath/loadtests/report/comparison';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import { type RecordedRun, type RunRecord, runRecords } from '@hotpath/loadtests/run-record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broken } from '../record-fixture.js';
import { faintTexts } from './contrast.js';
import { fullRun, fullStudy } from './full-record.js';
import { numberShown, ReportReader, type TableCell, tableRows } from './in-browser.js';

let reader: ReportReader;
beforeAll(async () => {
  reader = await ReportReader.start();
});
afterAll(() => reader.stop());

/** A study that was measured, and one that has all that a record can have. */
const studies: [string, () => Promise<RunRecord>][] = [
  ['a measured study', () => runRecords.read(join(checkout, 'docs/study'))],
  ['a study with everything', async () => fullStudy()],
];

function expectNumbers(cells: readonly TableCell[], numbers: readonly (number | null)[]): void {
  expect(cells.map(({ value }) => value)).toEqual(numbers);
  for (const [i, { text, value }] of cells.entries()) {
    if (value === null) continue;
    // Three digits are shown at most, and one behind the point.
    const off = Math.abs(numberShown(text) - value);
    expect(off, `${text} for ${value} in column ${i}`).toBeLessThanOrEqual(
      Math.max(value * 0.06, /%|< /.test(text) ? 0.000_5 : 0.005),
    );
  }
}

function loadNumbers({ load }: RecordedRun): (number | null)[] {
  const { outcomes, answeredMs, intended, offered, started, dropped } = load;
  const { counted, duplicate, rejected, shed, failed, unanswered } = outcomes;
  return [
    load.offeredPerSecond,
    load.achievedPerSecond,
    dropped / offered,
    (rejected + shed + failed + unanswered) / started,
    counted + duplicate,
    ...(answeredMs === null
      ? [null, null, null, null]
      : [answeredMs.p50, answeredMs.p95, answeredMs.p99, answeredMs.max]),
    intended.p95Ms,
  ];
}

test.each(studies)('the numbers of %s are those of its record', async (_, read) => {
  const record = await read();
  const { page, troubles } = await reader.open(record);
  expect(await page.locator('h1').textContent()).toBe(verdictOf(record).sentences[0]);

  const loads = await tableRows(page, /^Load and latency of every run/);
  const costs = await tableRows(page, /^What every run stored and cost/);
  expect(loads).toHaveLength(record.runs.length);
  for (const [i, run] of record.runs.entries()) {
    expect(loads[i]?.[0]?.text).toBe(`${run.block} · ${run.label}`);
    expectNumbers(loads[i]?.slice(2) ?? [], loadNumbers(run));
    const { acknowledged, stored, lost, unknown } = run.ledger;
    const services = run.processes.filter(({ name }) => name !== 'k6');
    const cpu = services.reduce((sum, { cpuMicrosPerEvent: each }) => sum + (each ?? 0), 0);
    const [lostShown, drain] = stored === null ? [null, null] : [lost, run.drainMs];
    expectNumbers(costs[i]?.slice(2) ?? [], [
      ...[acknowledged, stored, lostShown, unknown, drain, cpu, run.host.idleShare],
    ]);
  }
  expect(troubles).toEqual([]);
});

test.each(studies)('the ratio, the ledger and the checks of %s too', async (_, read) => {
  const record = await read();
  const { page } = await reader.open(record);
  const runsOf = (label: string) => record.runs.filter((run) => run.label === label);
  const logs = runsOf('async').flatMap((run) => {
    const naive = runsOf('naive').find(({ block }) => block === run.block);
    if (naive === undefined || !isValid(run) || !isValid(naive)) return [];
    return [Math.log((naive.load.answeredMs?.p95 ?? 0) / (run.load.answeredMs?.p95 ?? 0))];
  });
  expect(logs.length).toBeGreaterThanOrEqual(3);
  const mean = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  const ratios = await tableRows(page, /^Ratios to naive/);
  const [head, ratio] = ratios.find(([name]) => name?.text.startsWith('async: p95')) ?? [];
  expect(head?.text).toBe('async: p95, shorter by');
  expect(numberShown(ratio?.text.replace(/^≥ /, '') ?? '')).toBeCloseTo(mean, -0.3);

  const ledger = await tableRows(page, /^The ledger/);
  expect(ledger.map(([name, , , , lost]) => [name?.text, lost?.value])).toEqual(
    ['naive', 'async'].map((label) => [
      label,
      runsOf(label)
        .filter(isValid)
        .reduce((sum, run) => sum + run.ledger.lost, 0),
    ]),
  );

  const checks = await tableRows(page, /^Every check/);
  const names = [...new Set(record.runs.flatMap((run) => run.checks.map(({ name }) => name)))];
  expect(checks.map(([name]) => name?.text)).toEqual(names);
  for (const run of record.runs) {
    for (const { name, seen, limit } of run.checks) {
      const row = checks[names.indexOf(name)];
      expect(row?.[2]?.text).toBe(limit);
      expect(row?.[3]?.text).toContain(seen);
    }
  }
});

test('percentiles over all runs are those of the merged histograms, and n is theirs', async () => {
  const record = fullStudy();
  const { page } = await reader.open(record);
  const rows = await tableRows(page, /^Percentiles of the merged/);
  const sizes = ['floor', 'naive', 'async'].map((label) =>
    record.runs
      .filter((run) => run.label === label)
      .reduce((sum, run) => sum + run.load.outcomes.counted, 0),
  );
  expect(rows.map((cells) => numberShown(cells[1]?.text ?? ''))).toEqual(sizes);
  // Latencies of the fixture are evenly spread from half to 39.5 times its p50, a third of its p95.
  const middle = ((2.5 + 2.7 + 2.9) / 3 / 3) * 20;
  expect(numberShown(rows[2]?.[4]?.text ?? '')).toBeGreaterThan(middle * 0.9);
  expect(numberShown(rows[2]?.[4]?.text ?? '')).toBeLessThan(middle * 1.1);
});

test('the phases of a request are means over all runs and add up to it', async () => {
  const record = fullStudy();
  const { page } = await reader.open(record);
  const rows = await tableRows(page, /^Mean milliseconds of a request by phase/);
  const parts = record.runs.flatMap((run) =>
    run.label === 'naive' && run.requestPhases ? [run.requestPhases] : [],
  );
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const mean = (name: string) =>
    (parts.reduce((sum, part) => sum + (part.seconds[name] ?? 0), 0) / requests) * 1_000;
  const phases = ['receive', 'validate', 'fingerprint', 'wait', 'store', 'respond'];
  const [head, n, ...cells] = rows[1] ?? [];
  expect([head?.text, numberShown(n?.text ?? '')]).toEqual(['naive', requests]);
  const means = phases.map(mean);
  const all = means.reduce((sum, each) => sum + each, 0);
  for (const [i, expected] of [all, ...means].entries())
    expect(cells[i]?.value).toBeCloseTo(expected, 9);
  expect(cells.at(-1)?.text).toMatch(/^store, 7\d\.\d %$/);
  const around = await tableRows(page, /^Mean milliseconds of a request around the p95/);
  expect(around[1]?.[1]?.text).toBe('246 in 3 runs');
  expect(around[1]?.at(-1)?.text).toMatch(/^wait, \d\d\.\d %$/);
});

test('a broken check is marked where the run is shown and where the checks are', async () => {
  const record = fullStudy();
  record.runs[4]?.checks.push(broken);
  const { page } = await reader.open(record);
  const loads = await tableRows(page, /^Load and latency of every run/);
  expect(loads.map(([, valid]) => valid?.text)).toEqual(
    record.runs.map((_, i) => (i === 4 ? 'NO' : 'yes')),
  );
  const checks = await tableRows(page, /^Every check/);
  expect(checks.find(([name]) => name?.text === broken.name)?.map(({ text }) => text)).toEqual([
    ...[broken.name, 'NO, 0 of 1', broken.limit],
    expect.stringMatching(/^broken: 45 % of a core/),
  ]);
});

test.each([
  ['a study', fullStudy],
  ['a run with a long address', fullRun],
])('%s fits a page 400 pixels wide, everything opened', async (_, make) => {
  const { page, troubles } = await reader.open(make(), { viewport: { width: 400, height: 800 } });
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
  expect(troubles).toEqual([]);
});

test.each(['light', 'dark'] as const)(
  'every text can be read on a %s page',
  async (colorScheme) => {
    const { page } = await reader.open(fullStudy(), { colorScheme });
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 28)');
    expect(await page.evaluate(faintTexts, 4.5)).toEqual([]);
  },
);

test('nothing may be loaded or run, whoever tries', async () => {
  const { page } = await reader.open(fullStudy());
  const refused = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        addEventListener('securitypolicyviolation', (event) => {
          if (seen.push(event.effectiveDirective) === 2) resolve(seen);
        });
        document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }));
        const script = document.createElement('script');
        document.body.append(Object.assign(script, { text: 'window.ran = true' }));
      }),
  );
  expect(refused.sort()).toEqual(['img-src', 'script-src-elem']);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});

/** Every text of the record with something bad behind it; what the schema allows only a few words for stays. */
function poisoned(record: RunRecord, poison: string): RunRecord {
  const closed = ['kind', 'state', 'model', 'phase', 'startedAt', 'endedAt'];
  const spoil = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return closed.includes(key) ? value : value + poison;
    if (Array.isArray(value)) return value.map((each) => spoil(each, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        ['versions', 'settings', 'phasesMs'].includes(key) ? name + poison : name,
        spoil(each, name),
      ]),
    );
  };
  return spoil(record, '') as RunRecord;
}

test.each([
  ['a script', '<script>window.injected=1</script>'],
  [
    'an end of whatever is around it',
    '</text></svg></style></title><script>window.injected=1</script>',
  ],
  ['an image that fails', '<img src=x onerror="window.injected=1">'],
  ['an end of an attribute', `"' onmouseover="window.injected=1" x='`],
])('%s in every text of the record stays text', async (_, poison) => {
  const { page, troubles } = await reader.open(poisoned(fullStudy(), poison));
  const found = await page.evaluate(() => ({
    ran: 'injected' in window,
    scripts: document.scripts.length,
    images: document.images.length,
    handlers: [...document.querySelectorAll('*')].flatMap((element) =>
      element.getAttributeNames().filter((name) => name.startsWith('on')),
    ),
  }));
  expect(found).toEqual({ ran: false, scripts: 0, images: 0, handlers: [] });
  expect(await page.locator('.overview b').first().textContent()).toBe(`floor${poison}`);
  expect(await page.locator('svg text').allTextContents()).toContain(`async${poison}`);
  expect(troubles).toEqual([]);
});
