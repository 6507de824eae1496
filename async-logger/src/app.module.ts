import { apiModule } from '@hotpath/contract/http/host';
import { Ingest, Query, SaturationProbe } from '@hotpath/contract/ports';
import { createDataSource } from '@hotpath/contract/storage/data-source';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { config } from './config.js';
import { CounterStore } from './counter.store.js';
import { EventBatcher } from './event-batcher.js';
import { FirstSightQueue } from './first-sight.queue.js';
import { IngestService } from './ingest.service.js';
import { IssueRepository } from './issue.repository.js';
import { readPoolSize } from './limits.js';
import { QueryService } from './query.service.js';
import { redisClient } from './redis-client.module.js';
import { Saturation } from './saturation.js';

/** After the last request is answered: nothing waits in the batcher any more. */
@Injectable()
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly firstSights: FirstSightQueue,
    private readonly counters: CounterStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.firstSights.close();
    this.counters.disconnect();
  }
}

export const AppModule = apiModule({
  providers: [
    // Not connected: only reads need it, and the first one does.
    {
      provide: DataSource,
      useFactory: () => createDataSource({ ...config, POOL_SIZE: readPoolSize }),
    },
    {
      provide: CounterStore,
      useFactory: async () => new CounterStore(await redisClient(config.REDIS_URL, 'ingest')),
    },
    {
      provide: FirstSightQueue,
      useFactory: async () => new FirstSightQueue(await redisClient(config.REDIS_URL, 'announce')),
    },
    {
      provide: EventBatcher,
      useFactory: (counters: CounterStore, firstSights: FirstSightQueue) =>
        new EventBatcher(counters, (fingerprints) => firstSights.announce(fingerprints)),
      inject: [CounterStore, FirstSightQueue],
    },
    IssueRepository,
    { provide: Ingest, useClass: IngestService },
    { provide: Query, useClass: QueryService },
    { provide: SaturationProbe, useClass: Saturation },
    Shutdown,
  ],
});
