import { setTimeout as sleep } from 'node:timers/promises';
import { counterOf, gaugeOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import * as limits from './limits.js';

export const firstSightQueue = { name: 'first-sight', prefix: '{hotpath}' };

export interface FirstSightJob {
  /** 1 to firstSightsPerJobMax. */
  readonly fingerprints: readonly string[];
}

/**
 * Tells the worker of new issues, so that they are in MySQL well before the next sync.
 * Trade: a job costs Redis about fifteen commands, each with an fsync that countBatch waits behind; so
 * those of firstSightLingerMs share one, and a flood of new issues is left to the sync.
 * Guarantee: none; the sample in Redis is the promise, this is only the hurry.
 */
export class FirstSightQueue {
  private readonly queue: Queue<FirstSightJob>;
  private readonly firstSights = counterOf(metrics.firstSights);
  private waiting: string[] = [];
  private sending: Promise<void> | null = null;

  constructor(connection: Redis) {
    this.queue = new Queue(firstSightQueue.name, {
      prefix: firstSightQueue.prefix,
      connection,
      streams: { events: { maxLen: 10 } },
      defaultJobOptions: {
        attempts: limits.firstSightAttemptsMax,
        backoff: { type: 'exponential', delay: limits.firstSightRetryMs, jitter: 0.5 },
        removeOnComplete: true,
        removeOnFail: { count: limits.failedJobsKeptMax },
      },
    });
    this.queue.on('error', () => {}); // every failed call is counted below; BullMQ emits it here again
  }

  /** Returns at once; never fails. */
  announce(fingerprints: readonly string[]): void {
    const room = limits.firstSightsWaitingMax - this.waiting.length;
    this.waiting.push(...fingerprints.slice(0, room));
    if (fingerprints.length > room) this.skipped(fingerprints.length - room);
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
  }

  /** What is still waiting goes out, or is left to the sync. */
  async close(): Promise<void> {
    await this.sending;
    await this.queue.close();
  }

  private async send(): Promise<void> {
    while (this.waiting.length > 0) {
      await sleep(limits.firstSightLingerMs);
      const fingerprints = this.waiting.splice(0, limits.firstSightsPerJobMax);
      try {
        if ((await this.queue.getWaitingCount()) >= limits.firstSightJobsMax) {
          this.skipped(fingerprints.length);
          continue;
        }
        await this.queue.add('store', { fingerprints });
        this.firstSights.inc({ result: 'queued' }, fingerprints.length);
      } catch {
        this.skipped(fingerprints.length);
      }
    }
  }

  private skipped(events: number): void {
    this.firstSights.inc({ result: 'skipped' }, events);
  }
}

/** Shows the worker's page of metrics how many jobs there are; gives none. */
export class FirstSightJobs {
  private readonly queue: Queue;

  constructor(connection: Redis) {
    const { name, prefix } = firstSightQueue;
    // The queue's own settings, which it keeps in Redis, are those of whoever gives jobs.
    this.queue = new Queue(name, { prefix, connection, skipMetasUpdate: true });
    this.queue.on('error', () => {}); // every failed call is seen below; BullMQ emits it here again
    gaugeOf(metrics.jobs, async () => {
      // BullMQ would wait for a Redis that has been away since the start, and the whole page with it.
      if (connection.status !== 'ready') return null;
      return this.queue.getJobCounts('waiting', 'active', 'delayed', 'failed').catch(() => null);
    });
  }

  close(): Promise<void> {
    return this.queue.close();
  }
}
