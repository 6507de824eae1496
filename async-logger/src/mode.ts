import { setTimeout as sleep } from 'node:timers/promises';
import { counterOf, gaugeOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { Problem, problems } from '@hotpath/contract/problems';
import { openProjects } from '@hotpath/contract/projects';
import { TokenBuckets } from '@hotpath/contract/token-buckets';
import { Logger } from '@nestjs/common';
import { overflowedIn, refuseOverRate } from './batch-rules.js';
import { type BatchStore, type Counting, NotCounted, reasonOf } from './batch-store.js';
import { type CounterStore, StaleBatch } from './counter.store.js';
import type { Journal, Replay } from './journal.js';
import { unpackBatch } from './journal-record.js';
import * as limits from './limits.js';
import { lostSample } from './sample.js';

export type Mode = 'normal' | 'degraded' | 'recovering';

/**
 * Counts batches in Redis, or keeps them in the journal while Redis is out.
 * normal → degraded: a batch was refused or not answered; it is in the journal under its own number.
 * degraded → recovering: Redis answered for a batch of the journal. New batches still go to the journal,
 * as a sender's numbers must reach Redis in order.
 * recovering → normal: the journal is empty. recovering → degraded: as from normal.
 * Trade: while not normal, a retried event id gets the receipt `queued`. It counts once all the same, as long as
 * the outage is shorter than what is left of the id's window.
 * Guarantee: a number once used is never given to another batch, so that Redis, which may have counted
 * what it did not answer for, counts it once.
 */
export class ModeSwitch implements BatchStore {
  private readonly log = new Logger('mode');
  private readonly batches = counterOf(metrics.journalBatches);
  private readonly losses = counterOf(metrics.redisDataLosses);
  private readonly resends = counterOf(metrics.batchResends);
  private readonly overflowEvents = counterOf(metrics.overflowEvents);
  private readonly closing = new AbortController();
  private recovery: Promise<void> = Promise.resolve();
  private afterReplay: () => void = () => {};
  /** Sent and not answered for. */
  private unanswered: number | null = null;
  /** The last number under which Redis was asked to count a batch. */
  private asked = 0;
  /** The batch by which the last loss of data was noticed; sent again, it says so again. */
  private lossAt: number | null = null;
  private reason = '';
  mode: Mode = 'normal';

  constructor(
    private readonly counters: CounterStore,
    private readonly journal: Journal,
    private readonly onFirstSights: (fingerprints: string[]) => void,
    private readonly buckets = new TokenBuckets(openProjects, 1),
  ) {
    gaugeOf(metrics.mode, () => ({
      normal: Number(this.mode === 'normal'),
      degraded: Number(this.mode === 'degraded'),
      recovering: Number(this.mode === 'recovering'),
    }));
  }

  /** Before the port opens: replays what an earlier process left, as far as Redis answers now. */
  async start(): Promise<void> {
    const answers = await this.counters.answers();
    const adopting = setInterval(() => void this.adopt(), limits.adoptEveryMs).unref();
    this.closing.signal.addEventListener('abort', () => clearInterval(adopting));
    if (answers && this.journal.empty) return;
    if (answers) this.become('recovering', `${this.journal.bytes} B were left by another process`);
    else this.become('degraded', 'Redis does not answer');
    this.recovery = this.recover();
    if (answers) await Promise.race([this.recovery, this.pause(limits.bootReplayMsMax)]);
  }

  /** Redis is out, and so is the disk: events are refused until one of them is back. */
  get refusing(): boolean {
    return this.mode !== 'normal' && !this.journal.writable;
  }

  /** Takes over what a process with the same directory left that ended after this one began. */
  async adopt(): Promise<void> {
    try {
      await this.journal.adopt();
    } catch (error) {
      this.log.warn(
        `The journal's directory is looked at again later: ${(error as Error).message}`,
      );
    }
    if (this.mode !== 'normal' || this.journal.empty || this.closing.signal.aborted) return;
    this.become('recovering', `${this.journal.bytes} B were left by another process`);
    this.recovery = this.recover();
  }

  /** No room for more until Redis is back. */
  get full(): boolean {
    return this.mode !== 'normal' && this.journal.full;
  }

  /** @throws {Problem} 503 while acknowledged events are here, where no read can count them */
  assertNothingKept(): void {
    if (this.mode === 'normal') return;
    throw new Problem(problems.storeUnavailable, 'Acknowledged events wait here for Redis.');
  }

  /** @throws {NotCounted} when neither Redis nor the journal has it; anything else leaves it unknown */
  async countBatch(sequence: number, batch: readonly Counting[]): Promise<string> {
    // So that the journal shrinks, whatever the load.
    for (let i = 0; i < limits.replaysPerBatch && this.mode === 'recovering'; i++) {
      await new Promise<void>((resolve) => {
        this.afterReplay = resolve;
      });
    }
    if (this.mode !== 'normal') {
      // One that Redis was asked to count may be counted there, so nothing of it can be refused any more.
      return this.asked === sequence
        ? this.keep(sequence, batch)
        : this.keepInRate(sequence, batch);
    }
    try {
      this.asked = sequence;
      return await this.count(sequence, batch);
    } catch (error) {
      if (!(error instanceof NotCounted)) this.unanswered = sequence;
      return this.keep(sequence, batch, error as Error);
    }
  }

  /** Within this process's part of the rates, as the buckets in Redis are out of reach. */
  private async keepInRate(sequence: number, batch: readonly Counting[]): Promise<string> {
    const { taken, outcomes } = refuseOverRate(batch, this.buckets);
    if (taken.length > 0) await this.keep(sequence, taken);
    return outcomes;
  }

  private async keep(sequence: number, batch: readonly Counting[], cause?: Error): Promise<string> {
    try {
      await this.journal.append(sequence, batch);
      return '1'.repeat(batch.length);
    } catch (error) {
      this.batches.inc({ result: 'refused' });
      throw cause && !(cause instanceof NotCounted) ? cause : error;
    } finally {
      // Also when the journal has failed: each batch would be put into a frozen Redis' connection once more.
      if (this.mode === 'normal' && (cause || !this.journal.empty)) {
        this.become('degraded', reasonOf(cause));
        this.recovery = this.recover();
      }
    }
  }

  /** Asks Redis until it has all of the journal. The pause between two tries is drawn, or all instances come at once. */
  private async recover(): Promise<void> {
    let pauseMs = limits.redisProbeMsMin;
    // With nothing to replay a Redis that answers a ping and refuses batches would be tried by each batch.
    if (this.journal.empty) await this.pause(limits.redisProbeMsMax);
    while (!this.closing.signal.aborted) {
      try {
        await this.journal.probe();
        // By a ping first: a frozen Redis would take and keep a copy of a batch at each try.
        if (await this.counters.answers()) {
          await this.replay();
          return;
        }
        // Left by another process, and Redis went meanwhile: batches must not wait for a replay.
        if (this.mode === 'recovering') this.become('degraded', 'Redis does not answer');
      } catch (error) {
        if (this.mode === 'recovering') pauseMs = limits.redisProbeMsMin;
        this.become('degraded', reasonOf(error));
      }
      await this.pause(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(2 * pauseMs, limits.redisProbeMsMax);
    }
  }

  /** @throws {Error} when Redis does not answer for a batch; it stays, and those behind it */
  private async replay(): Promise<void> {
    while (!this.journal.empty && !this.closing.signal.aborted) {
      const kept = await this.journal.oldest();
      for (let batch = kept?.batches[0]; kept && batch; batch = kept.batches[0]) {
        if (this.closing.signal.aborted) return;
        await this.resend(kept, batch);
        kept.batches.shift();
        this.become('recovering', 'Redis answers');
        this.afterReplay();
      }
      await this.journal.removeOldest();
    }
    if (this.closing.signal.aborted) return;
    // No await since the journal was found empty: a batch that came between would be overtaken.
    this.become('normal', 'Redis has the whole journal');
  }

  private async resend({ sender, samples }: Replay, text: Buffer): Promise<void> {
    const { sequence, countings } = unpackBatch(text, samples);
    if (this.unanswered === sequence) this.resends.inc();
    try {
      let outcomes = await this.count(sequence, countings, sender, true);
      if (outcomes.includes('S')) {
        // It lost its data since it took this file's first batches, or their record is damaged.
        const sampled = countings.map(({ event }) => ({
          ...{ event, sample: samples.get(event.fingerprint) ?? lostSample(event) },
        }));
        outcomes = await this.count(sequence, sampled, sender, true);
      }
      for (const project of overflowedIn(countings, outcomes)) this.overflowEvents.inc({ project });
      const seen = countings.filter((_, i) => outcomes[i] === '2');
      if (seen.length) this.onFirstSights(seen.map(({ event }) => event.fingerprint));
      this.batches.inc({ result: 'replayed' });
    } catch (error) {
      // Redis is past this number, and of a sender it only gets past what it has counted.
      if (!(error instanceof StaleBatch)) {
        if (!(error instanceof NotCounted)) this.unanswered = sequence;
        throw error;
      }
      this.batches.inc({ result: 'repeated' });
    }
  }

  private async count(...batch: Parameters<CounterStore['countBatch']>): Promise<string> {
    const answer = await this.counters.countBatch(...batch);
    if (!answer.startsWith('!')) return answer;
    const [sequence] = batch;
    if (this.lossAt !== sequence) {
      this.losses.inc();
      this.log.error('Redis has lost data: events acknowledged and not yet in MySQL are gone.');
    }
    this.lossAt = sequence;
    return answer.slice(1);
  }

  /** Says each change, and each new reason to stay degraded. */
  private become(mode: Mode, reason: string): void {
    if (mode === this.mode && (mode !== 'degraded' || reason === this.reason)) return;
    this.log.warn(`${this.mode} → ${mode}: ${reason}`);
    this.mode = mode;
    this.reason = reason;
    this.afterReplay();
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.closing.signal }).catch(() => {});
  }

  /** A replay under way gets a moment to end; else the journal waits for the next process. */
  async close(): Promise<void> {
    if (this.mode === 'recovering') {
      await Promise.race([this.recovery, this.pause(limits.drainReplayMsMax)]);
    }
    this.closing.abort();
    await this.recovery;
    await this.journal.close();
  }
}
