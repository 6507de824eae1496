/** A process whose disk and clock are changed while it runs, and what a power cut takes from its files. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFaultPage, FaultPage } from '@hotpath/loadtests/rig/fault-page';
import { type RigProcess, startProcess } from '@hotpath/loadtests/rig/process';
import { askRedis, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';

let dir: RigDirectory;
let page: FaultPage;

beforeEach(async () => {
  dir = await openTemporaryRigDirectory('fault-page');
  page = new FaultPage(dir, (await buildFaultPage(dir)) ?? 'no compiler', 'a-service');
});

afterEach(() => dir.close());

test("a Redis' clock is wrong and its fsync slow just as long as its page says so", async () => {
  const redis = await startRedis(dir, { env: page.env });
  const offMs = () =>
    askRedis(redis.url, async (client) => Number((await client.time())[0]) * 1_000 - Date.now());
  const writeMs = () =>
    askRedis(redis.url, async (client) => {
      const startedAt = performance.now();
      await client.set('key', 'value');
      return performance.now() - startedAt;
    });
  expect(Math.abs(await offMs())).toBeLessThan(5_000);
  page.stepClock(-3_600_000);
  expect(Math.abs((await offMs()) + 3_600_000)).toBeLessThan(5_000);
  page.stepClock(0);
  expect(Math.abs(await offMs())).toBeLessThan(5_000);
  expect(page.clockReadsStepped).toBeGreaterThan(0);

  page.delayFsyncs(400);
  expect(await writeMs()).toBeGreaterThan(390);
  page.delayFsyncs(0);
  expect(await writeMs()).toBeLessThan(390);
  expect(page.fsyncsDelayed).toBeGreaterThan(0);
});

test('after a kill only what was synced is left of an append-only file', async () => {
  const redis = await startRedis(dir, { env: page.env, settings: ['appendfsync no'] });
  const set = (key: string) => askRedis(redis.url, (client) => client.set(key, 'x'.repeat(1_000)));
  const kept = (key: string) => askRedis(redis.url, (client) => client.exists(key));
  await askRedis(redis.url, (client) => client.config('SET', 'appendfsync', 'always'));
  await set('synced');
  await askRedis(redis.url, (client) => client.config('SET', 'appendfsync', 'no'));
  await set('not synced');
  await redis.kill('SIGKILL');
  const { files, bytes } = page.cutUnsynced(join(dir.path, 'redis/data/appendonlydir'));
  expect(files).toBe(1);
  expect(bytes).toBeGreaterThan(1_000);
  await redis.restart();
  expect([await kept('synced'), await kept('not synced')]).toEqual([1, 0]);
});

/** Writes a journal file of two records, syncs the first and waits. */
const writer = (path: string) => `
  const fs = require('fs');
  const file = fs.openSync(${JSON.stringify(path)}, 'wx');
  fs.writeSync(file, 'synced ', 0);
  fs.fdatasyncSync(file);
  fs.writeSync(file, 'not synced', 7);
  fs.openSync(${JSON.stringify(path)}.replace('one', 'two'), 'wx');
  console.log('written');
  setInterval(() => {}, 1000);`;

test('the same of a journal, of which a file that was never synced keeps nothing', async () => {
  const journal = join(dir.path, 'journal');
  mkdirSync(journal);
  const path = join(journal, 'one.journal');
  const process_: RigProcess = await startProcess(dir, {
    ...{ name: 'writer', command: process.execPath, args: ['-e', writer(path)], env: page.env },
    ...{ startMsMax: 10_000, stopMsMax: 1_000 },
    ready: ({ log }) => (log().includes('written') ? null : undefined),
  });
  expect(readFileSync(path, 'utf8')).toBe('synced not synced');
  await process_.kill('SIGKILL');
  await waitUntil(() => !process_.running, { withinMs: 1_000, until: 'the writer is gone' });
  expect(page.cutUnsynced(journal)).toEqual({ files: 2, bytes: 'not synced'.length });
  expect(readFileSync(path, 'utf8')).toBe('synced ');
});
