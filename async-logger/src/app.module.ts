import { apiModule } from '@hotpath/contract/http/host';
import { Ingest, Query, SaturationProbe } from '@hotpath/contract/ports';
import { Projects } from '@hotpath/contract/projects';
import { createDataSource } from '@hotpath/contract/storage/data-source';
import { TokenBuckets } from '@hotpath/contract/token-buckets';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { config } from './config.js';
import { CounterStore } from './counter.store.js';
import { EventBatcher } from './event-batcher.js';
import { FirstSightQueue } from './first-sight.queue.js';
import { IngestService } from './ingest.service.js';
import { IssueRepository } from './issue.repository.js';
import { Journal } from './journal.js';
import { readPoolSize } from './limits.js';
import { ModeSwitch } from './mode.js';
import { QueryService } from './query.service.js';
import { redisClient } from './redis-client.module.js';
import { Saturation } from './saturation.js';

/** After the last request is answered: nothing waits in the batcher any more. */
@Injectable()
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly modes: ModeSwitch,
    private readonly firstSights: FirstSightQueue,
    private readonly counters: CounterStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.modes.close();
    await this.firstSights.close();
    this.counters.disconnect();
  }
}

export const AppModule = apiModule(config, {
  providers: [
    // Not connected: only reads need it, and the first one does.
    {
      provide: DataSource,
      useFactory: () => createDataSource({ ...config, POOL_SIZE: readPoolSize }),
    },
    {
      provide: CounterStore,
      useFactory: async (projects: Projects) =>
        new CounterStore(await redisClient(config.REDIS_URL, 'ingest'), projects),
      inject: [Projects],
    },
    {
      provide: FirstSightQueue,
      useFactory: async () => new FirstSightQueue(await redisClient(config.REDIS_URL, 'announce')),
    },
    {
      provide: ModeSwitch,
      useFactory: async (counters: CounterStore, queue: FirstSightQueue, rates: TokenBuckets) => {
        const { JOURNAL_DIRECTORY: directory, JOURNAL_BYTES_MAX: bytesMax } = config;
        const journal = await Journal.open({ directory, bytesMax, sender: counters.sender });
        const modes = new ModeSwitch(counters, journal, (seen) => queue.announce(seen), rates);
        await modes.start();
        return modes;
      },
      inject: [CounterStore, FirstSightQueue, TokenBuckets],
    },
    {
      provide: EventBatcher,
      useFactory: (modes: ModeSwitch, firstSights: FirstSightQueue) =>
        new EventBatcher(modes, (fingerprints) => firstSights.announce(fingerprints)),
      inject: [ModeSwitch, FirstSightQueue],
    },
    IssueRepository,
    { provide: Ingest, useClass: IngestService },
    { provide: Query, useClass: QueryService },
    { provide: SaturationProbe, useClass: Saturation },
    Shutdown,
  ],
});
