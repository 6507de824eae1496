import { parseEvent } from '@hotpath/contract/event';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';
import type { Chunk } from '../src/chunk.js';
import { CounterStore } from '../src/counter.store.js';
import { CreateAppliedChunks1700000000002 } from '../src/create-applied-chunks.migration.js';
import { IssueRepository } from '../src/issue.repository.js';
import { packSample } from '../src/sample.js';

test('a chunk that was applied and not released stays known, however old it is', async () => {
  const { databaseUrl, redisUrl } = await takeStores(inject('stores'), 'count-sync');
  vi.stubEnv('DATABASE_URL', databaseUrl);
  vi.stubEnv('REDIS_URL', redisUrl);
  const { CountSync } = await import('../src/count-sync.cron.js');
  const redis = new Redis(redisUrl);
  const source = createDataSource(
    { DATABASE_URL: databaseUrl, POOL_SIZE: 2 },
    { migrations: [CreateAppliedChunks1700000000002] },
  );
  const mysql = await connect(source);
  try {
    await migrate(mysql);
    const [counters, issues] = [new CounterStore(redis), new IssueRepository(mysql)];
    const sync = new CountSync(counters, issues, new SchedulerRegistry());
    const event = parseEvent({ message: 'counted before a long outage' }, Date.now());
    await counters.countBatch(1, [{ event, sample: packSample(event) }]);
    const chunk = (await counters.claimChunk(true, 0)) as Chunk;
    await issues.addCounts(chunk, [event]);
    await mysql.query('UPDATE applied_chunks SET applied_at = UTC_TIMESTAMP(3) - INTERVAL 25 HOUR');

    await sync.tidy();
    expect(await issues.addCounts(chunk, [event])).toBe(false); // would count twice

    await counters.releaseChunk(chunk, [event.fingerprint]);
    await sync.tidy();
    expect(await mysql.query('SELECT COUNT(*) AS n FROM applied_chunks')).toEqual([{ n: '0' }]);
  } finally {
    vi.unstubAllEnvs();
    await mysql.destroy();
    redis.disconnect();
  }
});
