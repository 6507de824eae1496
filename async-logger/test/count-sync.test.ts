import { parseEvent } from '@hotpath/contract/event';
import { stackTraceCharsMax } from '@hotpath/contract/limits';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { startArm } from '@hotpath/loadtests/rig/arm';
import { openTemporaryRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';
import type { Chunk } from '../src/chunk.js';
import { CounterStore } from '../src/counter.store.js';
import { CreateAppliedChunks1700000000002 } from '../src/create-applied-chunks.migration.js';
import { IssueRepository } from '../src/issue.repository.js';
import { appliedChunksForgottenAtOnce } from '../src/limits.js';
import { packSample } from '../src/sample.js';

async function migrated(databaseUrl: string) {
  const source = createDataSource(
    { DATABASE_URL: databaseUrl, POOL_SIZE: 2 },
    { migrations: [CreateAppliedChunks1700000000002] },
  );
  await connect(source);
  await migrate(source);
  return source;
}

test('new issues with the longest texts come to MySQL in one chunk, through a worker with little memory', async () => {
  const { databaseUrl, redisUrl } = await takeStores(inject('stores'), 'count-sync-long');
  const dir = await openTemporaryRigDirectory('count-sync-long');
  const redis = new Redis(redisUrl);
  const mysql = await migrated(databaseUrl);
  try {
    const counters = new CounterStore(redis);
    const stackTrace = '漢'.repeat(stackTraceCharsMax); // in a store 192 KiB, in memory 128
    for (let n = 0; n < 20; n++) {
      const events = Array.from({ length: 25 }, (_, i) =>
        parseEvent(
          { message: `new ${'y'.repeat(n + 1)} ${'z'.repeat(i)}`, stackTrace },
          Date.now(),
        ),
      );
      const batch = events.map((event) => ({ event, sample: packSample(event) }));
      expect(await counters.countBatch(n + 1, batch)).toBe('2'.repeat(25));
    }
    const arm = await startArm('async', {
      ...{ dir, mysql: { url: () => databaseUrl }, redis: { url: redisUrl }, database: 'unused' },
      env: { NODE_OPTIONS: '--max-old-space-size=96', SYNC_INTERVAL_MS: '300' },
    });
    await arm.drained({ withinMs: 30_000 });
    expect(dir.deaths).toEqual([]);
    const chunks = (await arm.metrics('worker')).get('hotpath_sync_chunks_total{result="applied"}');
    expect(chunks).toBe(1);
    const [stored] = await mysql.query(
      'SELECT SUM(count) AS events, SUM(LENGTH(stack_trace)) AS bytes FROM issues',
    );
    expect(Number(stored.events)).toBe(500);
    expect(Number(stored.bytes)).toBe(500 * 3 * stackTraceCharsMax);
    expect(await redis.hlen('{hotpath}:samples')).toBe(0);
  } finally {
    await dir.close();
    await mysql.destroy();
    redis.disconnect();
  }
}, 60_000);

test('a chunk that was applied and not released stays known, however old; all others are forgotten', async () => {
  const { databaseUrl, redisUrl } = await takeStores(inject('stores'), 'count-sync');
  vi.stubEnv('DATABASE_URL', databaseUrl);
  vi.stubEnv('REDIS_URL', redisUrl);
  const { CountSync } = await import('../src/count-sync.cron.js');
  const redis = new Redis(redisUrl);
  const mysql = await migrated(databaseUrl);
  try {
    const [counters, issues] = [new CounterStore(redis), new IssueRepository(mysql)];
    const sync = new CountSync(counters, issues, new SchedulerRegistry());
    const event = parseEvent({ message: 'counted before a long outage' }, Date.now());
    await counters.countBatch(1, [{ event, sample: packSample(event) }]);
    const chunk = (await counters.claimChunk(true, 0)) as Chunk;
    await issues.addCounts(chunk);
    const others = Array.from({ length: appliedChunksForgottenAtOnce + 1 }, (_, i) => [
      `o-${i}`,
      new Date(),
    ]);
    await mysql.query('INSERT INTO applied_chunks VALUES ?', [others]);
    await mysql.query('UPDATE applied_chunks SET applied_at = UTC_TIMESTAMP(3) - INTERVAL 25 HOUR');

    await sync.tidy();
    expect(await mysql.query('SELECT id FROM applied_chunks')).toEqual([{ id: chunk.id }]);
    expect(await issues.addCounts(chunk)).toBe(false); // would count twice

    await counters.releaseChunk(chunk, [event.fingerprint]);
    await sync.tidy();
    expect(await mysql.query('SELECT COUNT(*) AS n FROM applied_chunks')).toEqual([{ n: '0' }]);
  } finally {
    vi.unstubAllEnvs();
    await mysql.destroy();
    redis.disconnect();
  }
});
