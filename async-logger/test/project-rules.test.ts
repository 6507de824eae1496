import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import { newIssuesPerMinuteDefault } from '@hotpath/contract/limits';
import { overflowFingerprintOf } from '@hotpath/contract/overflow';
import { Projects } from '@hotpath/contract/projects';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { waitsOf } from '../src/batch-rules.js';
import type { Counting } from '../src/batch-store.js';
import { CounterStore } from '../src/counter.store.js';
import { packSample } from '../src/sample.js';

const entry = (name: string, more: object) => ({ name, ingestKeys: [], readTokens: [], ...more });
const slow = { eventsPerSecond: 0.01, burst: 2, newIssuesPerMinute: newIssuesPerMinuteDefault };
const projects = new Projects([
  entry('slow', slow),
  entry('noisy', { newIssuesPerMinute: 2 }),
  entry('default', {}),
]);

let stores: OwnStores;
let redis: Redis;
let counters: CounterStore;
beforeAll(async () => {
  stores = await takeStores(inject('stores'), 'project-rules');
  redis = new Redis(stores.redisUrl);
});
beforeEach(async () => {
  await stores.redis.flush();
  counters = new CounterStore(redis, projects);
});
afterAll(() => redis?.disconnect());

const event = (project: string, message: string, eventId?: string): IngestedEvent =>
  parseEvent({ message, eventId }, Date.now(), undefined, project);
const withSample = (e: IngestedEvent): Counting => ({ event: e, sample: packSample(e) });
const bare = (e: IngestedEvent): Counting => ({ event: e, sample: '' });
const lettersOf = (answer: string) => answer.split(' ')[0];

describe('a rate', () => {
  const a = (eventId?: string) => event('slow', 'a', eventId);

  test('refuses what is over it, says for how long, and costs no other project anything', async () => {
    const others = [withSample(event('default', 'b')), withSample(event('noisy', 'b'))];
    const answer = await counters.countBatch(1, [withSample(a()), bare(a()), bare(a()), ...others]);
    expect(lettersOf(answer)).toBe('21L22');
    const wait = waitsOf(answer);
    expect([...wait.keys()]).toEqual(['slow']);
    expect(wait.get('slow')).toBe(100);
    expect(await counters.backlogEvents()).toBe(4);
  });

  test('holds for all processes together', async () => {
    await counters.countBatch(1, [withSample(a()), bare(a())]);
    const other = new CounterStore(redis, projects);
    expect(lettersOf(await other.countBatch(1, [bare(a())]))).toBe('L');
  });

  test('leaves the id of a refused event free for its retry, and a duplicate costs a token', async () => {
    await counters.countBatch(1, [withSample(a('one'))]);
    expect(lettersOf(await counters.countBatch(2, [bare(a('one')), bare(a('two'))]))).toBe('0L');
    await redis.hdel('{hotpath}:meta', 'tokens:slow'); // full again
    expect(await counters.countBatch(3, [bare(a('two')), bare(a('two'))])).toBe('10');
  });

  test('answers the same to a batch that is sent again', async () => {
    const batch = [withSample(a()), bare(a()), bare(a())];
    const first = await counters.countBatch(1, batch);
    await redis.hdel('{hotpath}:meta', 'tokens:slow');
    expect(await counters.countBatch(1, batch)).toBe(first);
    expect(await counters.backlogEvents()).toBe(2);
  });

  test('takes no token for an event that must come again with its sample', async () => {
    expect(await counters.countBatch(1, [bare(a()), bare(a())])).toBe('SS');
    expect(await counters.countBatch(1, [withSample(a()), withSample(a())])).toBe('21');
  });

  test('does not refuse what is acknowledged, also when it was refused before that', async () => {
    const batch = [withSample(a()), bare(a()), bare(a()), bare(a())];
    expect(lettersOf(await counters.countBatch(1, batch))).toBe('21LL');
    const replayed = await counters.countBatch(1, batch, counters.sender, true);
    expect(lettersOf(replayed)).toBe('2111');
    expect(await counters.backlogEvents()).toBe(4);
    expect(lettersOf(await counters.countBatch(1, batch, counters.sender, true))).toBe('2111');
    expect(await counters.backlogEvents()).toBe(4);
  });

  test('is not saved up beyond the burst, nor lost when the clock goes back', async () => {
    await redis.hset('{hotpath}:meta', 'tokens:slow', '0.000000 1');
    expect(lettersOf(await counters.countBatch(1, [withSample(a()), bare(a()), bare(a())]))).toBe(
      '21L',
    );
    await redis.hset('{hotpath}:meta', 'tokens:slow', `1.000000 ${Date.now() + 3_600_000}`);
    expect(lettersOf(await counters.countBatch(2, [bare(a()), bare(a())]))).toBe('1L');
  });
});

describe('a bound on new issues', () => {
  const words = 'abcdefghij'.split('');
  const news = (project = 'noisy') => words.map((word) => withSample(event(project, word)));
  const overflow = overflowFingerprintOf('noisy');

  test('counts the rest under one issue, and knows that issue from then on', async () => {
    expect(await counters.countBatch(1, news())).toBe('22OOOOOOOO');
    expect(await counters.backlogEvents()).toBe(10);
    const { pending, backlogEvents } = await counters.unsynced([overflow], 'noisy');
    expect([pending, backlogEvents]).toEqual([[8], 10]);
    expect((await counters.unsynced([], 'default')).backlogEvents).toBe(0);
    const [sample] = await counters.samples([overflow]);
    expect(sample).toMatchObject({ project: 'noisy', fingerprint: overflow });
    expect(await redis.scard('{hotpath}:known')).toBe(3);
    expect(await redis.hlen('{hotpath}:samples')).toBe(3);
  });

  test('is of one project, and does not hold for issues that are known', async () => {
    await counters.countBatch(1, news());
    expect(await counters.countBatch(2, news('default'))).toBe('2222222222');
    expect(await counters.countBatch(3, [bare(event('noisy', 'a'))])).toBe('1');
  });

  test('begins anew with the minute', async () => {
    await counters.countBatch(1, news());
    const [minute = ''] = (await redis.hget('{hotpath}:meta', 'issues:noisy'))?.split(' ') ?? [];
    await redis.hset('{hotpath}:meta', 'issues:noisy', `${Number(minute) - 1} 2 2`);
    expect(await counters.countBatch(2, news())).toBe('1122OOOOOO');
  });

  test('ends when the project has as many issues as it may have at all', async () => {
    await redis.hset('{hotpath}:meta', 'issues:default', '0 0 999999');
    expect(await counters.countBatch(1, news('default'))).toBe('2OOOOOOOOO');
  });

  test('answers the same to a batch that is sent again, and counts each retried id once', async () => {
    const batch = words.map((word) => withSample(event('noisy', word, word)));
    const first = await counters.countBatch(1, batch);
    expect(await counters.countBatch(1, batch)).toBe(first);
    expect(await counters.countBatch(2, batch)).toBe('00oooooooo');
    expect(await counters.backlogEvents()).toBe(10);
  });
});
