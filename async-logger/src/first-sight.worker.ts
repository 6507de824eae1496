import { counterOf, histogramOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { Logger } from '@nestjs/common';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CounterStore } from './counter.store.js';
import { type FirstSightJob, firstSightQueue } from './first-sight.queue.js';
import type { IssueRepository } from './issue.repository.js';
import * as limits from './limits.js';

/**
 * Stores the rows of new issues. A job may come twice, late or not at all: a row is inserted only if
 * missing, and the sync inserts whatever no job did.
 */
export class FirstSightWorker {
  private readonly worker: Worker<FirstSightJob>;
  private readonly firstSights = counterOf(metrics.firstSightsStored);
  private readonly waitSeconds = histogramOf(metrics.jobWaitSeconds);
  private readonly runSeconds = histogramOf(metrics.jobRunSeconds);
  private readonly log = new Logger('first-sight');
  private said = '';

  constructor(
    connection: Redis,
    private readonly counters: CounterStore,
    private readonly issues: IssueRepository,
  ) {
    this.worker = new Worker(firstSightQueue.name, (job) => this.run(job), {
      prefix: firstSightQueue.prefix,
      connection,
      concurrency: limits.firstSightConcurrencyMax,
    });
    this.worker.on('error', (error) => this.sayOnce(error.message));
    this.worker.on('failed', (job, error) => {
      this.firstSights.inc({ result: 'failed' }, job?.data.fingerprints.length ?? 1);
      this.sayOnce(`First sights are left to the sync: ${error.message}`);
    });
    this.worker.on('completed', () => {
      this.said = '';
    });
  }

  /** Not at every job and every attempt to connect. */
  private sayOnce(message: string): void {
    if (message !== this.said) this.log.warn(message);
    this.said = message;
  }

  private async run(job: Job<FirstSightJob>): Promise<void> {
    const startedAt = performance.now();
    // A later attempt has waited for its backoff too, which says nothing of the queue.
    if (job.attemptsMade === 0) {
      this.waitSeconds.observe(Math.max(0, Date.now() - job.timestamp) / 1_000);
    }
    try {
      await this.store(job);
    } finally {
      this.runSeconds.observe((performance.now() - startedAt) / 1_000);
    }
  }

  private async store({ data: { fingerprints } }: Job<FirstSightJob>): Promise<void> {
    const samples = await this.counters.samples(fingerprints);
    await this.issues.insertMissing(samples);
    // Only now: until the rows are committed, the samples are all there is.
    await this.counters.dropSamples(fingerprints);
    this.firstSights.inc({ result: 'stored' }, samples.length);
    this.firstSights.inc({ result: 'absent' }, fingerprints.length - samples.length);
  }

  /** Finishes the jobs it has. */
  close(): Promise<void> {
    return this.worker.close();
  }
}
