import { setTimeout as sleep } from 'node:timers/promises';
import { counterOf, gaugeOf, histogramOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { defaultProject } from '@hotpath/contract/projects';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Chunk } from './chunk.js';
import { config } from './config.js';
import { CounterStore } from './counter.store.js';
import { IssueRepository } from './issue.repository.js';
import * as limits from './limits.js';
import { retryPauseMs } from './retry-pause.js';

/** From the first failure to the next success. */
interface Outage {
  readonly sinceMs: number;
  failures: number;
  /** No try before it. */
  againMs: number;
}

/**
 * Moves counts from Redis to MySQL, a chunk at a time: claim → apply → release.
 * States: moving → failing (a chunk failed: longer and longer pauses between tries) → moving.
 * Trade: up to one interval late, after an outage up to syncRetryMsMax more, and at most half of a core.
 * Guarantee: each chunk is applied exactly once, whoever dies between two steps and however many workers
 * run: claiming fixes its rows under a number, applying stores the number with the counts.
 */
@Injectable()
export class CountSync implements OnApplicationBootstrap {
  private readonly log = new Logger('count-sync');
  private readonly rows = counterOf(metrics.syncRows);
  private readonly chunks = counterOf(metrics.syncChunks);
  private readonly seconds = histogramOf(metrics.syncSeconds);
  private running: Promise<void> | null = null;
  private outage: Outage | null = null;

  constructor(
    private readonly counters: CounterStore,
    private readonly issues: IssueRepository,
    private readonly schedule: SchedulerRegistry,
  ) {}

  /** The first tick at once and without regard to claims: a worker that died may have left chunks. */
  onApplicationBootstrap(): void {
    gaugeOf(metrics.syncFailingSeconds, () => this.failingMs / 1_000);
    void this.tick(0);
    const tick = setInterval(() => void this.tick(), config.SYNC_INTERVAL_MS);
    this.schedule.addInterval('count-sync', tick);
    const hourly = setInterval(() => void this.tidy(), 3_600_000);
    this.schedule.addInterval('tidy', hourly);
  }

  /** Since the first failure without a success after it; 0 while counts move. */
  get failingMs(): number {
    return this.outage ? performance.now() - this.outage.sinceMs : 0;
  }

  /** Moves all that is pending now. Never rejects: what failed stays claimed, and is tried again or taken over. */
  tick(takeoverMs = limits.chunkTakeoverMs): Promise<void> {
    if (this.outage && performance.now() < this.outage.againMs) return Promise.resolve();
    this.running ??= this.move(takeoverMs)
      .then(
        () => this.succeeded(),
        (error: Error) => this.failed(error),
      )
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  /** The last tick of a draining worker: leaves nothing behind that it could move. */
  async drain(): Promise<void> {
    await this.running;
    if (this.outage) this.outage.againMs = 0;
    await this.tick(0);
  }

  private succeeded(): void {
    if (!this.outage) return;
    const { failures } = this.outage;
    const seconds = Math.round(this.failingMs / 1_000);
    this.log.warn(`Counts move to MySQL again, after ${seconds} s and ${failures} failed tries.`);
    this.outage = null;
  }

  /** Said once an outage; how long it lasts is in the metrics. */
  private failed(error: Error): void {
    const now = performance.now();
    this.chunks.inc({ result: 'failed' });
    if (!this.outage) {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      this.log.warn(`Counts stay in Redis, as they cannot be moved to MySQL: ${reason}`);
      this.outage = { sinceMs: now, failures: 0, againMs: 0 };
    }
    this.outage.failures++;
    const bounds = { msMin: limits.syncRetryMsMin, msMax: limits.syncRetryMsMax };
    this.outage.againMs = now + retryPauseMs(this.outage.failures, bounds);
  }

  private async move(takeoverMs: number): Promise<void> {
    // After a failure its chunk comes first, or an outage would leave one more at each try.
    let chunk = await this.counters.claimChunk(true, this.outage ? 0 : takeoverMs);
    while (chunk) {
      const startedAt = performance.now();
      await this.moveChunk(chunk);
      this.succeeded();
      const tookMs = performance.now() - startedAt;
      this.seconds.observe(tookMs / 1_000);
      await sleep(tookMs * limits.syncRestRatio);
      // Only what was pending at the start: new counts wait for the next tick and come in one go.
      chunk = await this.counters.claimChunk(false, takeoverMs);
    }
  }

  private async moveChunk(chunk: Chunk): Promise<void> {
    const stored = await this.storeSamples(chunk.rows.map(({ fingerprint }) => fingerprint));
    const applied = await this.issues.addCounts(chunk);
    await this.counters.releaseChunk(chunk, stored);
    this.chunks.inc({ result: applied ? 'applied' : 'repeated' });
    if (applied) this.rows.inc(chunk.rows.length);
  }

  /** Of those that first sight has left, some at a time: all the texts of a chunk would not fit into this process. */
  private async storeSamples(fingerprints: readonly string[]): Promise<string[]> {
    const stored: string[] = [];
    for (let at = 0; at < fingerprints.length; at += limits.samplesAtOnce) {
      const some = fingerprints.slice(at, at + limits.samplesAtOnce);
      const samples = await this.counters.samples(some);
      await this.issues.insertMissing(samples);
      stored.push(...samples.map(({ fingerprint }) => fingerprint));
    }
    return stored;
  }

  /** Every hour. Never rejects. */
  async tidy(): Promise<void> {
    try {
      // One that was applied and never released must stay known, however long Redis is out.
      const { chunks } = await this.counters.unsynced([], defaultProject);
      await this.issues.forgetOldChunks(chunks.map(({ id }) => id));
      await this.counters.forgetOldSenders();
    } catch (error) {
      this.log.warn(`Tidying is left to the next hour: ${(error as Error).message}`);
    }
  }
}
