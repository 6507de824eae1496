/** What a batch costs Redis, and a chunk both stores, on real ones. */
import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { IssueRowsRepository } from '@hotpath/contract/storage/issue-rows.repository';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { benchmark } from '../../contract/bench/benchmark.js';
import { workload, workloadDefaults } from '../../loadtests/k6/workload.ts';
import type { Counting } from '../src/batch-store.js';
import { CounterStore } from '../src/counter.store.js';
import { CreateAppliedChunks1700000000002 } from '../src/create-applied-chunks.migration.js';
import { IssueRepository } from '../src/issue.repository.js';
import { chunkRowsMax, chunkTakeoverMs, samplesAtOnce } from '../src/limits.js';
import { redisClient } from '../src/redis-client.module.js';
import { packSample } from '../src/sample.js';

type Redis = Awaited<ReturnType<typeof redisClient>>;

const { issues: knownIssues } = workloadDefaults;
/** The first of them visit every known issue once; after these come repeats, by Zipf's law. */
const eventOf = workload({ ...workloadDefaults, seed: 7, firstSightShare: 0, introduce: true });

let stores: OwnStores;
let redis: Redis;
let counters: CounterStore;
let mysql: ReturnType<typeof createDataSource>;
let issues: IssueRepository;
let sequence = 0;
let nextId = 0;
let nextEvent = knownIssues;
let batch: readonly Counting[] = [];

/** Under an id that was never sent. */
const parsed = (index: number): IngestedEvent =>
  parseEvent({ ...eventOf(index), eventId: `bench-${++nextId}` }, Date.now());
const withSample = (event: IngestedEvent): Counting => ({ event, sample: packSample(event) });
const bare = (event: IngestedEvent): Counting => ({ event, sample: '' });
const every = (length: number) => Array.from({ length }, (_, index) => parsed(index));
const send = () => counters.countBatch(++sequence, batch);

beforeAll(async () => {
  stores = await takeStores(inject('stores'), 'bench');
  redis = await redisClient(stores.redisUrl, 'sync');
  counters = new CounterStore(redis);
  const migrations = [CreateAppliedChunks1700000000002];
  const settings = { DATABASE_URL: stores.databaseUrl, POOL_SIZE: 4 };
  mysql = await connect(createDataSource(settings, { migrations }));
  await migrate(mysql);
  issues = new IssueRepository(mysql);
  batch = every(knownIssues).map(withSample);
  expect(await send()).toBe('2'.repeat(knownIssues));
});

afterAll(async () => {
  await mysql?.destroy();
  redis?.disconnect();
});

/** Of all scripts, as Redis itself has measured it; its other clients meanwhile are counted in. */
async function scriptMicroseconds(): Promise<number> {
  return Number(/cmdstat_evalsha:.*?usec=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
}

for (const count of [1, 32, 512]) {
  benchmark(`countBatch of ${count}`, {
    per: { count, unit: 'event' },
    before: async () => {
      batch = Array.from({ length: count }, () => bare(parsed(nextEvent++)));
    },
    round: send,
    checksum: '1'.repeat(count),
    storeMicroseconds: scriptMicroseconds,
  });
}

let added = 0;

benchmark(`sync of a chunk of ${chunkRowsMax}`, {
  per: { count: chunkRowsMax, unit: 'row' },
  before: async () => {
    await sync(); // what is pending from before
    batch = every(chunkRowsMax).map(bare);
    expect(await send()).toBe('1'.repeat(chunkRowsMax));
  },
  round: sync,
  checksum: chunkRowsMax,
  after: async () => {
    expect(await counters.backlogEvents()).toBe(0);
    const totals = await new IssueRowsRepository(mysql).totals('default');
    expect(totals).toMatchObject({ issues: knownIssues, events: added });
  },
});

/** One chunk, by the steps of count-sync.cron.ts. Returns its rows. */
async function sync(): Promise<number> {
  const chunk = await counters.claimChunk(true, chunkTakeoverMs);
  if (chunk === null) return 0;
  const stored: string[] = [];
  for (let at = 0; at < chunk.rows.length; at += samplesAtOnce) {
    const some = chunk.rows.slice(at, at + samplesAtOnce).map(({ fingerprint }) => fingerprint);
    const samples = await counters.samples(some);
    await issues.insertMissing(samples);
    stored.push(...samples.map(({ fingerprint }) => fingerprint));
  }
  await issues.addCounts(chunk);
  await counters.releaseChunk(chunk, stored);
  added += chunk.rows.reduce((sum, row) => sum + row.count, 0);
  return chunk.rows.length;
}
