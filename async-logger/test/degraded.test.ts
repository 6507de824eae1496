/** What can happen to Redis, and what the API does meanwhile: it acknowledges from its journal. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { acknowledged, ask, listPath, post, problemOf } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { type Sighting, sighting, sightings, word } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type OutageRow, outageName, outages } from '@hotpath/contract/outage-rows';
import { type BreakableStage, openBreakableStage } from '@hotpath/loadtests/rig/stage';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const drainMsMax = 20_000;
const env = { SYNC_INTERVAL_MS: '100', JOURNAL_BYTES_MAX: String(4 * 1_048_576) };
let stage: BreakableStage;
/** The operator's own connection. */
let admin: Redis;

beforeAll(async () => {
  stage = await openBreakableStage('async', { name: 'degraded', env });
});

afterAll(() => stage?.close());

beforeEach(() => {
  admin = new Redis(stage.redis.url, { retryStrategy: () => 100, maxRetriesPerRequest: null });
  admin.on('error', () => {}); // it is killed in some of the tests
});

afterEach(() => admin.disconnect());

const named = (count: number): Sighting[] =>
  Array.from({ length: count }, () => sighting({ eventId: word() }));

const metric = async (name: string) => (await stage.service.metrics()).get(name) ?? Number.NaN;
const inMode = (mode: string) =>
  waitUntil(
    `it is ${mode}`,
    async () => (await metric(`hotpath_mode{mode="${mode}"}`)) === 1,
    drainMsMax,
  );

async function countsOf(events: readonly Sighting[]): Promise<number[]> {
  await stage.service.drained({ withinMs: drainMsMax });
  const counts = await storedCounts(stage.databaseUrl);
  return events.map((event) => counts.get(fingerprintV1(event)) ?? 0);
}

interface Trouble {
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Keeps a Redis so busy that an answer takes longer than the API waits for it. */
function busyRedis(): Trouble {
  const script = `local t = redis.call('TIME'); local from = t[1] * 1000 + t[2] / 1000
    repeat t = redis.call('TIME') until t[1] * 1000 + t[2] / 1000 > from + 600`;
  let busy = true;
  let work: Promise<void>;
  const keepBusy = async () => {
    while (busy) await admin.eval(script, 0);
  };
  return {
    begin: async () => {
      work = keepBusy();
    },
    end: () => {
      busy = false;
      return work;
    },
  };
}

const setting = (name: string, value: string) => admin.config('SET', name, value);
const password = () => new URL(stage.redis.url).password;

const { async: rows } = outages;
const troubles: readonly [OutageRow, Trouble][] = [
  [
    rows.redisKilled,
    { begin: () => stage.redis.kill('SIGKILL'), end: () => stage.redis.restart() },
  ],
  [
    rows.redisFrozen,
    { begin: () => stage.redis.kill('SIGSTOP'), end: () => stage.redis.kill('SIGCONT') },
  ],
  [rows.redisSlow, busyRedis()],
  [
    rows.redisFull,
    { begin: () => setting('maxmemory', '1'), end: () => setting('maxmemory', '0') },
  ],
  [
    rows.redisReplica,
    { begin: () => admin.replicaof('127.0.0.1', 1), end: () => admin.replicaof('NO', 'ONE') },
  ],
  [
    rows.redisPassword,
    {
      begin: async () => {
        await setting('requirepass', 'another');
        await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      end: () => setting('requirepass', password()),
    },
  ],
];

describe.each(troubles.map(([row, trouble]) => [outageName(row), trouble] as const))(
  '%s',
  (_name, trouble) => {
    test('every event is acknowledged, and counted once when it is well again', async () => {
      const { service } = stage;
      const pids = [service.api.pid, service.worker?.pid];
      const [before, retried] = [named(3), named(5)];
      // Without an id nothing but the batch's number stands between a copy and a second count.
      const during = [...sightings(15), ...retried];
      await Promise.all(before.map((event) => acknowledged(service.url, event)));
      await admin.ping();
      await trouble.begin();
      try {
        for (const event of [...during, ...retried, ...before]) {
          await acknowledged(service.url, event);
        }
        await inMode('degraded');
        const ready = await ask(service.url, { path: '/health/ready' });
        expect([ready.status, JSON.parse(ready.text).degraded]).toEqual([
          ...[200, expect.stringContaining('the journal')],
        ]);
        // It could not count what waits here.
        expect((await ask(service.url, { path: `${listPath}/summary` })).status).toBe(503);
      } finally {
        await trouble.end();
      }
      await inMode('normal');
      expect(await countsOf([...before, ...during])).toEqual([...before, ...during].map(() => 1));
      expect([service.api.pid, service.worker?.pid]).toEqual(pids);
      for (const pid of pids) expect(() => process.kill(pid ?? 0, 0)).not.toThrow();
      expect(await metric('hotpath_journal_bytes')).toBe(0);
    });
  },
);

test(outageName(rows.redisEmpty), async () => {
  const { service, redis } = stage;
  const losses = await metric('hotpath_redis_data_losses_total');
  const [before, during] = [named(3), named(20)];
  for (const event of before) await acknowledged(service.url, event);
  expect(await countsOf(before)).toEqual([1, 1, 1]);
  const [, data = ''] = (await admin.config('GET', 'dir')) as string[];
  await redis.kill('SIGKILL');
  // Known issues too: their content is in the journal, as Redis has it no more.
  for (const event of [...before.map(({ message }) => ({ message })), ...during]) {
    await acknowledged(service.url, event);
  }
  await rm(join(data, 'appendonlydir'), { recursive: true });
  await redis.restart();
  expect(await countsOf([...before, ...during])).toEqual([2, 2, 2, ...during.map(() => 1)]);
  expect(await metric('hotpath_redis_data_losses_total')).toBe(losses + 1);
  expect(await readFile(service.api.logFile, 'utf8')).toContain('Redis has lost data');

  await admin.flushall();
  for (const event of during) await acknowledged(service.url, event);
  expect(await countsOf(during)).toEqual(during.map(() => 2)); // their ids are forgotten too
  expect(await metric('hotpath_redis_data_losses_total')).toBe(losses + 2);
});

test(outageName(rows.apiKilled), async () => {
  const { service, redis } = stage;
  const [first, second] = [named(20), named(20)];
  await redis.kill('SIGKILL');
  for (const event of first) await acknowledged(service.url, event);
  await service.api.kill('SIGKILL');
  await service.restart('api');
  await inMode('degraded');
  expect(await metric('hotpath_journal_bytes')).toBeGreaterThan(0);
  for (const event of [...second, ...first.slice(0, 5)]) await acknowledged(service.url, event);
  await service.restart('api'); // by SIGTERM
  await redis.restart();
  expect(await countsOf([...first, ...second])).toEqual([...first, ...second].map(() => 1));
});

test(outageName(rows.journalFull), async () => {
  const { service, redis } = stage;
  const long = () => ({ ...sighting({ eventId: word() }), stackTrace: 'x'.repeat(60_000) });
  const told: Sighting[] = [];
  await redis.kill('SIGKILL');
  await waitUntil('it sheds', async () => {
    const event = long();
    const answer = await post(service.url, event);
    if (answer.status === 200) told.push(event);
    else expect(problemOf(answer).code).toBe('HP_OVERLOADED');
    return answer.status === 503;
  });
  expect(await metric('hotpath_journal_bytes')).toBeLessThan(Number(env.JOURNAL_BYTES_MAX));
  expect((await ask(service.url, { path: '/health/ready' })).status).toBe(503);
  await redis.restart();
  await inMode('normal');
  await acknowledged(service.url, long());
  expect(told.length).toBeGreaterThan(10);
  expect(await countsOf(told)).toEqual(told.map(() => 1));
});
