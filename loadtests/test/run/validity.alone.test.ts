/**
 * Each rule of a valid run, broken on purpose under real servers and a real k6. Alone, as they judge what else
 * the host does. An open ledger, a process that dies and scrapes that are missed: study.alone, observation.alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { k6Path } from '@hotpath/loadtests/rig/k6';
import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { CalmWaiter } from '@hotpath/loadtests/run/calm';
import { checkBlock, checkDurability } from '@hotpath/loadtests/run/checks';
import { readDurability } from '@hotpath/loadtests/run/durability.store';
import { entryOf } from '@hotpath/loadtests/run/entries';
import { performRun, type RunTools } from '@hotpath/loadtests/run/one-run';
import { Progress } from '@hotpath/loadtests/run/progress';
import type { RunTask } from '@hotpath/loadtests/run/run-task';
import { databaseName } from '@hotpath/loadtests/run/stores';
import type { RecordedRun } from '@hotpath/loadtests/run-record';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Tells when the window is open. */
class WindowWatch extends Progress {
  onMeasuring = () => {};

  override enter(name: string, seconds: number | null = null): void {
    super.enter(name, seconds);
    if (name === 'measuring') this.onMeasuring();
  }
}

let out: string;
let mysql: MysqlServer;
let redis: RedisServer;
let tools: RunTools;
const progress = new WindowWatch(
  { write: () => {} },
  { blocks: 1, labels: ['floor'], secondsARun: 5, runs: 1 },
);

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'hotpath-validity-'));
  const dir = await openTemporaryRigDirectory('validity');
  [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
  tools = {
    ...{ stores: { dir, mysql, redis, place: 'native' }, k6: await k6Path(), progress },
    calm: new CalmWaiter(progress, [], undefined, 0), // looks once, waits for nobody
    watchedBy: null,
  };
});

afterAll(async () => {
  progress.close();
  await tools.stores.dir.close();
  rmSync(out, { recursive: true, force: true });
});

function floorAt(ratePerSecond: number, block: number): Promise<RecordedRun> {
  const entry = entryOf({ label: 'floor', arm: 'floor' });
  const task: RunTask = {
    ...{ entry, scenario: 'steady', block, position: 1, recordDirectory: out },
    ...{ seeds: { warmUp: 1, measured: 2 }, ratePerSecond, seconds: 1, warmUpSeconds: 1 },
  };
  return performRun(task, tools);
}

const check = ({ checks }: RecordedRun, name: string) => checks.find((each) => each.name === name);

test('a rate that k6 can not make starves it, takes the whole host, and its block is invalid', async () => {
  const [run] = checkBlock([await floorAt(60_000, 1)]);
  if (run === undefined) throw new Error('no run');
  expect(check(run, 'generator not starved')).toMatchObject({ holds: false });
  expect(check(run, 'generator not starved')?.seen).toMatch(/^floor dropped \d+\.\d\d %$/);
  expect(check(run, 'generator not busy')).toMatchObject({ holds: false });
  expect(check(run, 'generator not busy')?.seen).toMatch(/^host \d % idle under the floor$/);
}, 60_000);

test('a program that takes a core is seen before the run and during it', async () => {
  const others: ChildProcess = spawn(process.execPath, ['-e', 'for (;;);']);
  try {
    const [run] = checkBlock([await floorAt(50, 2)]);
    if (run === undefined) throw new Error('no run');
    expect(check(run, 'generator not starved')).toMatchObject({ holds: true });
    for (const when of ['before', 'during']) {
      const seen = check(run, `background load ${when} the run`);
      expect(seen).toMatchObject({ holds: false });
      expect(Number.parseInt(seen?.seen ?? '', 10)).toBeGreaterThan(60);
    }
    expect(check(run, 'clock steady')).toMatchObject({ holds: true });
    expect(check(run, 'machine awake')).toMatchObject({ holds: true });
  } finally {
    others.kill('SIGKILL');
  }
}, 60_000);

test('a clock that is set and a machine that stands still are seen, each by itself', async () => {
  const { now } = Date;
  const standStillMs = 2_600;
  progress.onMeasuring = () => {
    // The one thing that is not real here: a test must not set the clock of the machine that it runs on.
    Date.now = () => now() + 5_000;
    setTimeout(() => {
      Date.now = now;
      // This process is the one whose timers say whether the machine ran.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, standStillMs);
    }, 300);
  };
  try {
    const run = await floorAt(50, 3);
    expect(check(run, 'clock steady')).toMatchObject({ holds: false });
    expect(Math.abs(run.clock.stepMs - 5_000)).toBeLessThan(100);
    expect(check(run, 'machine awake')).toMatchObject({ holds: false });
    expect(run.clock.largestGapMs).toBeGreaterThan(standStillMs - 300);
    expect(check(run, 'no process died unasked')).toMatchObject({ holds: true });
  } finally {
    Date.now = now;
    progress.onMeasuring = () => {};
  }
}, 60_000);

test('a server that was told not to wait for its disk is found out by asking it', async () => {
  await mysql.createDatabase(databaseName);
  const ask = async () => checkDurability(await readDurability(mysql.url(databaseName), redis.url));
  expect(await ask()).toMatchObject({ holds: true });
  const connection = await createConnection(mysql.url(databaseName));
  await connection.query('SET GLOBAL innodb_flush_log_at_trx_commit = 2');
  const relaxed = await ask();
  await connection.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
  await connection.end();
  expect(relaxed).toMatchObject({ holds: false });
  expect(relaxed.seen).toContain('innodb_flush_log_at_trx_commit=2');
});
