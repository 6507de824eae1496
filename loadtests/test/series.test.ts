/** Whether every series that is declared is exported by its owner, and moves when the arm has work. */
import { type MetricSpec, metrics } from '@hotpath/contract/metrics';
import { phaseNames } from '@hotpath/contract/phase-clock';
import { type ArmName, type Metrics, sumOf } from '@hotpath/loadtests/rig/arm';
import { openStage, type Stage } from '@hotpath/loadtests/rig/stage';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { closedLoad } from './closed-load.ts';

interface Page {
  readonly idle: Metrics;
  readonly worked: Metrics;
}

const stages: Stage[] = [];
let naive: Page;
let async: Page;
let worker: Page;

beforeAll(async () => {
  const open = async (arm: ArmName) => {
    const env = { SYNC_INTERVAL_MS: '100' };
    const stage = await openStage(arm, inject('stores'), { name: `series-${arm}`, env });
    stages.push(stage);
    return stage.service;
  };
  const [one, other] = await Promise.all([open('naive'), open('async')]);
  const idle = await Promise.all([one.metrics(), other.metrics(), other.metrics('worker')]);
  for (const { url } of [one, other]) {
    await closedLoad(url, { connections: 4, forMs: 300 });
    await fetch(`${url}/api/v1/errors`); // async's API opens its pool at the first read
  }
  await waitUntil(async () => sumOf(await other.metrics('worker'), jobRuns) !== 0, {
    withinMs: 10_000,
    everyMs: 50,
    until: 'a first-sight job has run',
  });
  await other.drained({ withinMs: 10_000 });
  const worked = await Promise.all([one.metrics(), other.metrics(), other.metrics('worker')]);
  [naive, async, worker] = idle.map((page, i) => ({
    idle: page,
    worked: worked[i] as Metrics,
  })) as [Page, Page, Page];
});

afterAll(() => Promise.all(stages.map((stage) => stage.close())));

const jobRuns = 'hotpath_job_run_seconds_count';

/** The names of what is declared, as a page writes them: 'hotpath_ack_seconds' for its buckets too. */
function familiesOf(page: Metrics): string[] {
  const names = [...page.keys()]
    .map((key) => key.replace(/\{.*/, ''))
    .filter((name) => name.startsWith('hotpath_'))
    .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  return [...new Set(names)].sort();
}

const ownedBy = (...owners: MetricSpec['owner'][]) =>
  Object.values(metrics)
    .filter(({ owner }) => owners.includes(owner))
    .map(({ name }) => name)
    .sort();

test('every series of an API is on the page of one of them, and nothing undeclared is', () => {
  const found = new Set([...familiesOf(naive.worked), ...familiesOf(async.worked)]);
  expect([...found].sort()).toEqual(ownedBy('api', 'process'));
});

test('every series of the worker is on its page, and nothing undeclared is', () => {
  expect(familiesOf(worker.worked)).toEqual(ownedBy('worker', 'process'));
});

const moved: readonly [string, () => Page, readonly string[]][] = [
  [
    'naive',
    () => naive,
    [
      'hotpath_event_loop_busy_seconds_total',
      'hotpath_timer_delay_seconds_count',
      'hotpath_pool_wait_seconds_count',
      'hotpath_store_seconds_count{operation="find"}',
      'hotpath_store_seconds_count{operation="saveCount"}',
    ],
  ],
  [
    'async',
    () => async,
    [
      'hotpath_event_loop_busy_seconds_total',
      'hotpath_timer_delay_seconds_count',
      'hotpath_batch_events_count',
      'hotpath_first_sights_total{result="queued"}',
      'hotpath_store_seconds_count{operation="countBatch"}',
    ],
  ],
  [
    "async's worker",
    () => worker,
    [
      'hotpath_event_loop_busy_seconds_total',
      'hotpath_timer_delay_seconds_count',
      'hotpath_job_wait_seconds_count',
      'hotpath_job_run_seconds_count',
      'hotpath_sync_rows_total',
      'hotpath_sync_seconds_count',
    ],
  ],
];

test.each(moved)('what counts work in %s grew with it', (_name, page, series) => {
  for (const name of series) {
    const grown = (page().worked.get(name) ?? Number.NaN) - (page().idle.get(name) ?? 0);
    expect(grown, name).toBeGreaterThan(0);
  }
});

test.each([
  ['naive', () => naive],
  ['async', () => async],
])('%s was in every phase as often as it acknowledged', (_name, page) => {
  const { idle, worked } = page();
  const acknowledged = worked.get('hotpath_ack_seconds_count');
  expect(acknowledged).toBeGreaterThan(0);
  for (const name of phaseNames) {
    const count = `hotpath_request_phase_seconds_count{phase="${name}"}`;
    expect([name, idle.get(count), worked.get(count)]).toEqual([name, 0, acknowledged]);
    const sum = worked.get(`hotpath_request_phase_seconds_sum{phase="${name}"}`);
    expect(sum, name).toBeGreaterThan(0);
  }
});

test('the worker shows its jobs in every state', () => {
  const states = ['waiting', 'active', 'delayed', 'failed'];
  const jobs = states.map((state) => worker.worked.get(`hotpath_jobs{state="${state}"}`));
  expect(jobs).toEqual([0, 0, 0, 0]);
});

test('an event loop is busy for a part of the time, not more', () => {
  const seconds = naive.worked.get('hotpath_event_loop_busy_seconds_total') ?? Number.NaN;
  const startedAt = naive.worked.get('process_start_time_seconds') ?? Number.NaN;
  expect(seconds).toBeLessThan(Date.now() / 1_000 - startedAt);
});
