/** Real Prometheus, exporters and probes beside a real arm. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { requireObserver } from '@hotpath/loadtests/rig/observers/observer-programs';
import { type Observers, startObservers } from '@hotpath/loadtests/rig/observers/observers';
import { processGroups } from '@hotpath/loadtests/rig/observers/process-groups';
import { ruleFiles } from '@hotpath/loadtests/rig/observers/prometheus';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aliveOf, processesOf, recordedIn } from './command-line.js';

const run = promisify(execFile);
const database = 'observed';

let dir: RigDirectory;
let mysql: MysqlServer;
let redis: RedisServer;
let arm: Arm;
let observers: Observers;
let startedInMs: number;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('observers');
  [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  const start = performance.now();
  observers = await startObservers(dir, { mysql, redis });
  startedInMs = performance.now() - start;
  await mysql.createDatabase(database);
  arm = await startArm('async', { dir, mysql, redis, database });
  observers.watchArm(arm, { arm: 'async', run: 'r1', block: '2' }, mysql.url(database));
  await observers.seen(arm);
});

afterAll(() => dir.close());

/** The values of a query, by the label service, or by the given one. */
async function ask(query: string, label = 'service'): Promise<Record<string, number>> {
  const series = await observers.prometheus.instant(query);
  return Object.fromEntries(
    series.map(({ metric, value }) => [metric[label] ?? '', Number(value?.[1])]),
  );
}

function until(query: string, holds: (values: Record<string, number>) => boolean) {
  return waitUntil(
    async () => {
      const values = await ask(query);
      return holds(values) && values;
    },
    { withinMs: 10_000, everyMs: 100, until: `${query} is as it should be` },
  );
}

test('everything is up soon, each target once, named by what its series are about', async () => {
  expect(startedInMs).toBeLessThan(10_000);
  const up = await until('up', (values) => Object.values(values).every((value) => value === 1));
  const services = ['async-logger', 'async-worker', 'host', 'mysql', 'process-exporter', 'redis'];
  expect(up).toEqual(Object.fromEntries([...services, 'rig'].map((service) => [service, 1])));
  expect(await observers.prometheus.instant('up')).toHaveLength(7);
  expect(await ask('{__name__=~"mysql_up|redis_up"}')).toEqual({ mysql: 1, redis: 1 });
});

test('what belongs to the arm carries its run, block and arm; nothing else does', async () => {
  const [backlog] = await observers.prometheus.instant('hotpath_backlog_events');
  expect(backlog?.metric).toMatchObject({
    ...{ service: 'async-worker', arm: 'async', run: 'r1', block: '2' },
  });
  const others = await ask('up{arm="",run="",block=""}');
  expect(Object.keys(others).sort()).toEqual(['host', 'mysql', 'process-exporter', 'redis', 'rig']);
});

test('CPU and memory are told by service, and an exporter is not taken for its store', async () => {
  const procs = await until('namedprocess_namegroup_num_procs', (v) => 'async-worker' in v);
  expect(procs).toEqual({
    ...{ 'async-logger': 1, 'async-worker': 1 },
    ...{ mysql: 1, redis: 1, prometheus: 1 },
  });
  expect(await ask('process_resident_memory_bytes{service=~"mysql|redis|host"}')).toEqual({});
});

test('a server whose command line names nothing of the rig, as in a container, is known by it', () => {
  const stores = { mysql: 'mysqld --a=(b)', redis: 'valkey-server *:6379' };
  const { process_names } = JSON.parse(processGroups('/some/rig', stores)) as {
    process_names: { name: string; cmdline: [string] }[];
  };
  const matches = (name: string, cmdline: string) =>
    new RegExp(process_names.find((group) => group.name === name)?.cmdline[0] ?? '').test(cmdline);
  expect(matches('mysql', 'mysqld --a=(b)')).toBe(true);
  expect(matches('mysql', 'mysqld --a=(b) --port=1')).toBe(false);
  expect(matches('mysql', 'mariadbd --datadir=/some/rig/mysql/data')).toBe(true);
  expect(matches('mysql', 'mariadbd --datadir=/some/rig-2/mysql/data')).toBe(false);
  expect(matches('redis', 'valkey-server *:6379')).toBe(true);
  expect(matches('redis', 'valkey-server *:16379')).toBe(false);
});

test('stored events are counted while they come', async () => {
  const post = (message: string) =>
    fetch(`${arm.url}/api/v1/errors/log`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    });
  await Promise.all(['first kind', 'other thing', 'first kind'].map(post));
  await until('hotpath_stored_events{arm="async"}', ({ rig }) => rig === 3);
});

test('a store that is paused or started again shows in the probes, and both come back', async () => {
  const failures = () => ask('hotpath_probe_failures_total', 'store');
  expect(await failures()).toEqual({ mysql: 0, redis: 0 });
  await redis.kill('SIGSTOP');
  await until('hotpath_probe_failures_total{store="redis"}', ({ rig }) => (rig ?? 0) > 0);
  await redis.kill('SIGCONT');
  expect((await failures()).mysql).toBe(0);
  await mysql.restart();
  // The exporter's account is still there: mysql-server.ts removes all that it does not know.
  const since = Date.now() / 1_000;
  const fresh = `mysql_up and timestamp(mysql_up) > ${since}`;
  await until(fresh, ({ mysql: up }) => up === 1);
  const answered = 'rate(hotpath_probe_seconds_count[2s]) > 5';
  await waitUntil(async () => Object.keys(await ask(answered, 'store')).length === 2, {
    ...{ withinMs: 10_000, everyMs: 100, until: 'both are probed again' },
  });
});

test('a phase is seen while it lasts', async () => {
  const labels = { run: 'r1', block: '2', arm: 'async', scenario: 'steady' };
  observers.enter({ ...labels, phase: 'measuring' });
  await waitUntil(async () => (await ask('hotpath_run_phase', 'phase')).measuring === 1, {
    ...{ withinMs: 5_000, everyMs: 100, until: 'the phase is scraped' },
  });
  observers.enter(null);
  await waitUntil(async () => Object.keys(await ask('hotpath_run_phase', 'phase')).length === 0, {
    ...{ withinMs: 5_000, everyMs: 100, until: 'no phase is left' },
  });
});

test('an arm that is forgotten is scraped no more', async () => {
  observers.forgetArm(arm);
  await until('up{arm="async"}', (values) => Object.keys(values).length === 0);
  await until('hotpath_stored_events', (values) => Object.keys(values).length === 0);
});

test("the project's rules are loaded, and not their tests", async () => {
  const rules = join(dir.directory('some-rules'), 'a.yml');
  for (const name of ['a.yml', 'a.test.yml', 'note.txt']) {
    writeFileSync(join(dir.directory('some-rules'), name), '');
  }
  expect(ruleFiles(dir.directory('some-rules'))).toEqual([rules]);
  const config = join(dir.path, 'prometheus/prometheus.yml');
  const { stdout } = await run(requireObserver('promtool'), ['check', 'config', config]);
  expect(stdout).toContain(`SUCCESS: ${ruleFiles().length} rule files found`);
});

test('closing the rig ends all of it', async () => {
  const recorded = recordedIn(dir.path);
  expect(recorded.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['prometheus', 'node-exporter', 'mysqld-exporter', 'redis-exporter']),
  );
  await dir.close();
  expect(aliveOf(recorded)).toEqual([]);
  expect(processesOf(dir.path)).toEqual([]);
  expect(dir.deaths).toEqual([]);
});
