import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { IssueRowsRepository } from '@hotpath/contract/storage/issue-rows.repository';
import { onTheWay } from '@hotpath/loadtests/chaos/leftovers.store';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Counting } from '../src/batch-store.js';
import { CounterStore } from '../src/counter.store.js';
import { CreateAppliedChunks1700000000002 } from '../src/create-applied-chunks.migration.js';
import { IssueRepository } from '../src/issue.repository.js';
import { packSample } from '../src/sample.js';

let stores: OwnStores;
let redis: Redis;
let mysql: DataSource;
let counters: CounterStore;
let issues: IssueRepository;

beforeAll(async () => {
  stores = await takeStores(inject('stores'), 'counter-store');
  redis = new Redis(stores.redisUrl);
  const migrations = [CreateAppliedChunks1700000000002];
  mysql = await connect(
    createDataSource({ DATABASE_URL: stores.databaseUrl, POOL_SIZE: 4 }, { migrations }),
  );
  await migrate(mysql);
  issues = new IssueRepository(mysql);
});

beforeEach(async () => {
  await stores.redis.flush();
  await mysql.query('DELETE FROM issues');
  counters = new CounterStore(redis);
});

afterAll(async () => {
  await mysql?.destroy();
  redis?.disconnect();
});

const event = (message: string, eventId?: string): IngestedEvent =>
  parseEvent({ message, eventId }, Date.now());

const withSample = (e: IngestedEvent): Counting => ({ event: e, sample: packSample(e) });
const bare = (e: IngestedEvent): Counting => ({ event: e, sample: '' });

const countsInMysql = async () =>
  (await new IssueRowsRepository(mysql).list({ sort: 'count', limit: 100 }, 'default')).rows.map(
    (row) => [row.message, row.count] as const,
  );

describe('countBatch', () => {
  test('a batch that is sent again gets its first answer and adds nothing', async () => {
    const batch = [withSample(event('first')), bare(event('first')), bare(event('first', 'id'))];
    const answers = [await counters.countBatch(1, batch), await counters.countBatch(1, batch)];
    expect(answers).toEqual(['211', '211']);
    expect(await counters.backlogEvents()).toBe(3);
  });

  test('a copy that arrives after a later batch is refused and adds nothing', async () => {
    await counters.countBatch(1, [withSample(event('old'))]);
    await counters.countBatch(2, [withSample(event('new'))]);
    await expect(counters.countBatch(1, [bare(event('old'))])).rejects.toThrow('STALE');
    expect(await counters.backlogEvents()).toBe(2);
  });

  test('two senders with one number are two batches', async () => {
    const other = new CounterStore(redis);
    await counters.countBatch(1, [withSample(event('a'))]);
    await other.countBatch(1, [bare(event('a'))]);
    expect(await counters.backlogEvents()).toBe(2);
  });

  test('an unknown issue without its sample is not counted, and its event id stays free', async () => {
    const sighting = event('unknown', 'id-1');
    expect(await counters.countBatch(1, [bare(sighting)])).toBe('S');
    expect(await counters.backlogEvents()).toBe(0);
    expect(await counters.countBatch(2, [withSample(sighting)])).toBe('2');
  });

  test('a batch that is sent again with the samples it lacked counts what it lacked, and no more', async () => {
    const [old, known] = [event('gone', 'id-1'), event('known', 'id-2')];
    await counters.countBatch(1, [withSample(known)]);
    const anonymous = event('known');
    const batch = [old, known, old, anonymous];
    expect(await counters.countBatch(2, batch.map(bare))).toBe('S0S1');
    expect(await counters.countBatch(2, batch.map(withSample))).toBe('2001');
    expect(await counters.countBatch(2, batch.map(withSample))).toBe('2001');
    expect(await counters.backlogEvents()).toBe(3);
  });

  test('a Redis that lost data says so once, whether it lost all or what came last', async () => {
    const batch = [withSample(event('a'))];
    expect(await counters.countBatch(1, batch)).toBe('2');
    expect(await counters.countBatch(3, batch)).toBe('1'); // 2 was refused
    await stores.redis.flush();
    expect(await counters.countBatch(4, batch)).toBe('!2');
    const senders = '{hotpath}:senders';
    const earlier = (await redis.hget(senders, counters.sender)) ?? '';
    expect(await counters.countBatch(5, batch)).toBe('1');
    await redis.hset(senders, counters.sender, earlier);
    expect(await counters.countBatch(6, batch)).toBe('!1');
    expect(await counters.countBatch(7, batch)).toBe('1');
  });

  test('an event id counts once in a batch, across batches and after the sets changed places', async () => {
    const sighting = event('known', 'id-2');
    expect(await counters.countBatch(1, [withSample(sighting), bare(sighting)])).toBe('20');
    await redis.hset('{hotpath}:meta', 'idsSinceMs', 0);
    expect(await counters.countBatch(2, [bare(sighting)])).toBe('0');
    await redis.hset('{hotpath}:meta', 'idsSinceMs', 0);
    expect(await counters.countBatch(3, [bare(event('known', 'id-3'))])).toBe('1');
    expect(await counters.countBatch(4, [bare(sighting)])).toBe('1'); // two windows later: forgotten
  });

  test('after a clock that was ahead the event ids change places again, and do not pile up', async () => {
    await counters.countBatch(1, [withSample(event('known', 'id-4'))]);
    await redis.hset('{hotpath}:meta', 'idsSinceMs', Date.now() + 86_400_000);
    expect(await counters.countBatch(2, [bare(event('known', 'id-4'))])).toBe('0');
    const since = Number(await redis.hget('{hotpath}:meta', 'idsSinceMs'));
    expect(Math.abs(Date.now() - since)).toBeLessThan(60_000);
  });

  test('a full Redis refuses a batch whole, and what it holds still moves on', async () => {
    await counters.countBatch(1, [withSample(event('early'))]);
    await redis.hset('{hotpath}:meta', 'idsSinceMs', 0); // a script that began with a freeing write got through
    await redis.config('SET', 'maxmemory', '1');
    try {
      await expect(counters.countBatch(2, [bare(event('early'))])).rejects.toThrow(
        'Redis does not take events now.',
      );
      const chunk = await counters.claimChunk(true, 0);
      expect(chunk?.rows.map((row) => row.count)).toEqual([1]);
      if (chunk) await counters.releaseChunk(chunk, []);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    expect(await counters.backlogEvents()).toBe(0);
  });
});

describe('a chunk on its way to MySQL', () => {
  const pend = (...messages: string[]) =>
    counters.countBatch(
      1,
      messages.map((message) => withSample(event(message))),
    );

  test('is claimed by one worker, and taken over with the same rows when that one is late', async () => {
    await pend('a', 'b', 'b');
    const chunk = await counters.claimChunk(true, 60_000);
    expect(chunk?.rows.map((row) => row.count).sort()).toEqual([1, 2]);
    expect(await counters.claimChunk(true, 60_000)).toBeNull();
    await counters.countBatch(2, [bare(event('a'))]);
    expect(await counters.claimChunk(false, 0)).toEqual(chunk);
  });

  test('a claim from before the clock was set back is taken over', async () => {
    await counters.countBatch(1, [withSample(event('early'))]);
    const chunk = await counters.claimChunk(true, 60_000);
    // As if it had been claimed while Redis' clock was nine minutes ahead.
    await redis.zincrby('{hotpath}:chunk-claims', 540_000, chunk?.id ?? '');
    expect(await counters.claimChunk(false, 60_000)).toEqual(chunk);
  });

  test('counts once when it is applied twice', async () => {
    await pend('a', 'b', 'b');
    const chunk = await counters.claimChunk(true, 0);
    if (!chunk) throw new Error('nothing to claim');
    await issues.insertMissing(await counters.samples(chunk.rows.map((row) => row.fingerprint)));
    expect(await issues.addCounts(chunk)).toBe(true);
    expect(await issues.addCounts(chunk)).toBe(false);
    expect(await countsInMysql()).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });

  test('leaves nothing behind once it is released, and a second release changes nothing', async () => {
    await pend('a', 'b');
    const chunk = await counters.claimChunk(true, 0);
    if (!chunk) throw new Error('nothing to claim');
    const fingerprints = chunk.rows.map((row) => row.fingerprint);
    await counters.releaseChunk(chunk, fingerprints);
    await counters.releaseChunk(chunk, fingerprints);
    expect(await counters.backlogEvents()).toBe(0);
    expect((await redis.keys('*')).sort()).toEqual([
      '{hotpath}:known',
      '{hotpath}:meta',
      '{hotpath}:senders',
    ]);
  });

  test('and what waits are in the keys that chaos looks for after a drain', async () => {
    // More than a chunk takes, so that a part of what was claimed is still uncut.
    const issuesOf = (letters: string) =>
      [...letters].flatMap((a) => [...'abcdefghijklmnopqrstuvwxyz'].map((b) => `new ${a}${b}`));
    for (const [i, letters] of ['abcdefghijklmnopqrst', 'ABCDEFGHIJKLMNOPQRST'].entries())
      await counters.countBatch(
        i + 1,
        issuesOf(letters).map((message) => withSample(event(message))),
      );
    await counters.claimChunk(true, 60_000);
    await counters.countBatch(3, [withSample(event('later'))]);
    const names = (await redis.keys('*')).map((key) => key.split(':').at(-1));
    expect(names.sort()).toEqual([...onTheWay, 'known', 'meta', 'senders'].sort());
  });

  test('keeps its counts when both the row and the sample are gone', async () => {
    await pend('a');
    const chunk = await counters.claimChunk(true, 0);
    if (!chunk) throw new Error('nothing to claim');
    await issues.addCounts(chunk);
    expect(await countsInMysql()).toEqual([['(the first event of this issue is lost)', 1]]);
  });

  test('has another number after Redis lost its data, so that MySQL does not take it for an old one', async () => {
    await pend('a');
    const before = await counters.claimChunk(true, 0);
    await stores.redis.flush();
    await pend('a');
    const after = await counters.claimChunk(true, 0);
    expect(after?.id).not.toBe(before?.id);
  });
});
