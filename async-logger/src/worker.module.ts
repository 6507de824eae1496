import { setTimeout as sleep } from 'node:timers/promises';
import { opsModule } from '@hotpath/contract/http/host';
import { gaugeOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { SaturationProbe } from '@hotpath/contract/ports';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { config } from './config.js';
import { CountSync } from './count-sync.cron.js';
import { CounterStore } from './counter.store.js';
import { CreateAppliedChunks1700000000002 } from './create-applied-chunks.migration.js';
import { FirstSightJobs } from './first-sight.queue.js';
import { FirstSightWorker } from './first-sight.worker.js';
import { IssueRepository } from './issue.repository.js';
import { storeAnswerMsMax, syncAnswerMsMax } from './limits.js';
import { redisClient } from './redis-client.module.js';

const mysql = async (): Promise<DataSource> => {
  const migrations = [CreateAppliedChunks1700000000002];
  const bounds = { answerMsMax: syncAnswerMsMax };
  const source = await connect(createDataSource(config, { migrations }), bounds);
  await migrate(source);
  return source;
};

@Injectable()
class WorkerProbe extends SaturationProbe {
  constructor(
    private readonly counters: CounterStore,
    private readonly issues: IssueRepository,
    private readonly sync: CountSync,
  ) {
    super();
    gaugeOf(metrics.backlogEvents, () => inTime(counters.backlogEvents(), null));
    const lagSeconds = () => counters.backlogAgeMs().then((ms) => ms / 1_000);
    gaugeOf(metrics.syncLagSeconds, () => inTime(lagSeconds(), null));
  }

  /** It takes jobs at its own pace. */
  saturated(): string | null {
    return null;
  }

  async missingStores(): Promise<readonly string[]> {
    const pings = [inTime(this.counters.answers(), false), inTime(this.issues.answers(), false)];
    const [redis, mysql] = await Promise.all(pings);
    const missing = [...(redis ? [] : ['Redis']), ...(mysql ? [] : ['MySQL'])];
    return missing.length === 0 && this.sync.failingMs > 0 ? ['MySQL, to writes'] : missing;
  }
}

/** A store that fails or takes longer is as good as away; a page of metrics, or another store's answer, waits for none. */
function inTime<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  const late = sleep(storeAnswerMsMax, otherwise, { ref: false });
  return Promise.race([asked.catch(() => otherwise), late]);
}

/** Jobs first, as they insert rows that the last sync then adds to. */
@Injectable()
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly jobs: FirstSightWorker,
    private readonly jobCounts: FirstSightJobs,
    private readonly sync: CountSync,
    private readonly counters: CounterStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.jobs.close();
    await this.jobCounts.close();
    await this.sync.drain();
    this.counters.disconnect();
  }
}

export const WorkerModule = opsModule({
  imports: [ScheduleModule.forRoot()],
  providers: [
    { provide: DataSource, useFactory: mysql },
    {
      provide: CounterStore,
      useFactory: async () => new CounterStore(await redisClient(config.REDIS_URL, 'sync')),
    },
    IssueRepository,
    {
      provide: FirstSightWorker,
      useFactory: async (counters: CounterStore, issues: IssueRepository) =>
        new FirstSightWorker(await redisClient(config.REDIS_URL, 'jobs'), counters, issues),
      inject: [CounterStore, IssueRepository],
    },
    {
      provide: FirstSightJobs,
      useFactory: async () => new FirstSightJobs(await redisClient(config.REDIS_URL, 'announce')),
    },
    CountSync,
    { provide: SaturationProbe, useClass: WorkerProbe },
    Shutdown,
  ],
});
