/** Real runs that are watched. Alone, as scrapes and latencies are timed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { k6Path } from '@hotpath/loadtests/rig/k6';
import { startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type Observers, startObservers } from '@hotpath/loadtests/rig/observers/observers';
import { startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { CalmWaiter } from '@hotpath/loadtests/run/calm';
import { validityLimits } from '@hotpath/loadtests/run/checks';
import { entryOf } from '@hotpath/loadtests/run/entries';
import { timeoutSeconds } from '@hotpath/loadtests/run/k6-load';
import { performRun, type RunTools } from '@hotpath/loadtests/run/one-run';
import { Progress } from '@hotpath/loadtests/run/progress';
import type { RunTask } from '@hotpath/loadtests/run/run-task';
import type { RecordedRun } from '@hotpath/loadtests/run-record';
import { readSeries } from '@hotpath/loadtests/series/series-file';
import { afterAll, beforeAll, expect, test } from 'vitest';

const scrapes = 'scraped without a gap';
const ratePerSecond = 100;
/** Network and both ends' queues at a tenth of what the arm carries. */
const gapMsMax = 20;

let out: string;
let observers: Observers;
let tools: RunTools;

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'hotpath-observed-'));
  const dir = await openTemporaryRigDirectory('observation');
  const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  observers = await startObservers(dir, { mysql, redis });
  const plan = { blocks: 1, labels: ['naive'], secondsARun: 10, runs: 1 };
  const progress = new Progress({ write: () => {} }, plan);
  tools = {
    ...{ stores: { dir, mysql, redis, place: 'native' }, k6: await k6Path(), progress },
    calm: new CalmWaiter(progress, [], async () => 0),
    watchedBy: { observers, recordId: 'r1' },
  };
});

afterAll(async () => {
  tools.progress.close();
  await tools.stores.dir.close();
  rmSync(out, { recursive: true, force: true });
});

function run(block: number): Promise<RecordedRun> {
  const entry = entryOf({ label: 'naive', arm: 'naive' });
  const seeds = { warmUp: 10 + block, measured: 20 + block };
  const task: RunTask = {
    ...{ entry, scenario: 'steady', block, position: 1, seeds, recordDirectory: out },
    ...{ ratePerSecond, seconds: 4, warmUpSeconds: 1 },
  };
  return performRun(task, tools);
}

const scraped = ({ checks }: RecordedRun) => checks.find(({ name }) => name === scrapes);

test('a run that was watched says by what, at which cost, and how far k6 and the service differ', async () => {
  const record = await run(1);
  expect(scraped(record)).toMatchObject({ holds: true, seen: '6 targets up' });
  const { observation } = record;
  const services = observation?.targets.map(({ service }) => service).sort();
  expect(services).toEqual(['host', 'mysql', 'naive-logger', 'process-exporter', 'redis', 'rig']);
  expect(observation?.cost.cpuSeconds).toBeGreaterThan(0);
  expect(observation?.cost.rssBytesMax).toBeGreaterThan(2 ** 20);
  // k6 waits longer than the service says that it took, by little where nothing queues.
  const { client, service } = observation?.meanMs ?? {};
  expect(service).toBeGreaterThan(0);
  const gapMs = (client ?? 0) - (service ?? 0);
  expect(gapMs).toBeGreaterThan(0);
  // Where others take the machine the run is invalid, and k6 measures its own waiting for a core.
  const disturbed = (record.host.othersCores ?? 0) > validityLimits.othersCoresMax;
  expect(gapMs).toBeLessThan(disturbed ? timeoutSeconds * 1_000 : gapMsMax);
}, 60_000);

test('k6 tells its latencies as native histograms, under the labels of the run', async () => {
  const ofRun = 'part="load",run="r1",block="1",arm="naive",scenario="steady"';
  const at = Date.now() / 1_000;
  const one = async (query: string) => {
    const [series] = await observers.prometheus.instant(query, at);
    return Number(series?.value?.[1]);
  };
  const sent = `max_over_time(k6_iterations_total{${ofRun}}[60s])`;
  expect(await one(`max(${sent})`)).toBeGreaterThanOrEqual(4 * ratePerSecond);
  const p95 = `histogram_quantile(0.95, sum(increase(k6_http_req_duration_seconds{${ofRun}}[60s])))`;
  expect(await one(p95)).toBeGreaterThan(0);
  expect(await one(p95)).toBeLessThan(5);
  // The load has ended, and so have its series.
  expect(await observers.prometheus.instant(`k6_vus{run="r1"}`, at)).toEqual([]);
});

test("the answers to every panel's queries are beside the record", async () => {
  const file = await readSeries(join(out, 'block-1-naive'));
  expect(file?.variables).toMatchObject({ run: 'r1', arm: 'naive', scenario: 'steady' });
  expect(file?.points).toBeGreaterThan(6);
  expect(file?.panels.length).toBeGreaterThan(50);
  expect(file?.answers.flatMap(({ problem }) => (problem === '' ? [] : [problem]))).toEqual([]);
  const answered = file?.answers.filter(({ series }) => series.length > 0) ?? [];
  expect(answered.length).toBeGreaterThan(50);
});

function measuring(block: number): Promise<unknown> {
  const query = `hotpath_run_phase{phase="measuring",block="${block}"} == 1`;
  return waitUntil(async () => (await observers.prometheus.instant(query)).length > 0, {
    ...{ withinMs: 40_000, everyMs: 50, until: 'the window is open' },
  });
}

function observer(wanted: string) {
  const found = observers.processes.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`nothing is called ${wanted}`);
  return found;
}

test('a target that stands still in the window makes the run invalid, by name', async () => {
  const running = run(2);
  await measuring(2);
  await observer('node-exporter').kill('SIGSTOP');
  const record = await running;
  await observer('node-exporter').kill('SIGCONT');
  expect(scraped(record)).toMatchObject({ holds: false });
  expect(scraped(record)?.seen).toMatch(/^host missed [2-9]\d*$/);
}, 60_000);

test('a Prometheus that dies makes the run invalid, and the run still tells what k6 saw', async () => {
  const running = run(3);
  await measuring(3);
  process.kill(observer('prometheus').pid, 'SIGKILL');
  const record = await running;
  expect(scraped(record)).toMatchObject({ holds: false });
  expect(record.deaths).toEqual([{ process: 'prometheus', how: 'SIGKILL' }]);
  expect(record.observation?.series).toBeNull();
  expect(record.load.outcomes.counted).toBeGreaterThan(0);
}, 60_000);
