import type { IngestedEvent } from '@hotpath/contract/event';
import { histogramOf, timed } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { overflowFingerprintOf } from '@hotpath/contract/overflow';
import { type PhaseClock, phase } from '@hotpath/contract/phase-clock';
import type { Acknowledgement } from '@hotpath/contract/ports';
import { Problem, problems } from '@hotpath/contract/problems';
import { overRate } from '@hotpath/contract/token-buckets';
import { waitsOf } from './batch-rules.js';
import { type BatchStore, type Counting, NotCounted } from './batch-store.js';
import { KnownFingerprints } from './known-fingerprints.js';
import * as limits from './limits.js';
import { packSample } from './sample.js';

interface Waiting {
  readonly event: IngestedEvent;
  readonly clock: PhaseClock;
  readonly since: number;
  resolve(done: Acknowledgement): void;
  reject(error: Problem): void;
}

const charsOf = (event: IngestedEvent) => event.message.length + (event.stackTrace?.length ?? 0);

/**
 * Collects events into one call to Redis at a time; those that arrive meanwhile form the next (group commit).
 * Trade: an event waits for the batch before it, about one fsync; a timer would only add its own length.
 * Guarantee: add() resolves only after the fsync of its batch; a batch counts once however often it is sent.
 * Bounds: batchEventsMax a call, batchMsMax a wait; the caller bounds how many wait.
 */
export class EventBatcher {
  private readonly known = new KnownFingerprints(limits.knownFingerprintsMax);
  private readonly batchEvents = histogramOf(metrics.batchEvents);
  private waiting: Waiting[] = [];
  private busy = false;
  private sequence = 0;
  events = 0;
  chars = 0;

  constructor(
    private readonly store: BatchStore,
    private readonly onFirstSights: (fingerprints: string[]) => void,
  ) {}

  /** @throws {Problem} 429 or 503 when it was certainly not counted, 504 when nobody knows */
  add(event: IngestedEvent, clock: PhaseClock): Promise<Acknowledgement> {
    const since = performance.now();
    clock.enter(phase.wait, since);
    return new Promise((resolve, reject) => {
      this.events++;
      this.chars += charsOf(event);
      this.waiting.push({ event, clock, since, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    // After this turn of the loop, so that all requests that arrived together travel together.
    setImmediate(() => {
      void this.flush().finally(() => {
        this.busy = false;
        this.schedule();
      });
    });
  }

  private async flush(): Promise<void> {
    const { batch, countings } = this.nextBatch();
    if (batch.length === 0) return;
    this.batchEvents.observe(batch.length);
    const now = performance.now();
    for (const { clock } of batch) clock.enter(phase.store, now);
    try {
      const outcomes = await timed(metrics.storeSeconds, 'countBatch', this.send(countings));
      this.settle(batch, outcomes);
    } catch (error) {
      for (const waiting of batch) this.finish(waiting, error as Problem);
    }
  }

  private nextBatch(): { batch: Waiting[]; countings: Counting[] } {
    const batch: Waiting[] = [];
    const countings: Counting[] = [];
    const oldest = performance.now() - limits.batchMsMax;
    let chars = 0;
    let taken = 0;
    for (const waiting of this.waiting) {
      if (batch.length === limits.batchEventsMax || chars > limits.batchCharsMax) break;
      taken++;
      if (waiting.since < oldest) {
        this.finish(waiting, new Problem(problems.overloaded, 'Redis is too slow for this load.'));
        continue;
      }
      const { event } = waiting;
      chars += charsOf(event);
      batch.push(waiting);
      countings.push({ event, sample: this.known.has(event.fingerprint) ? '' : packSample(event) });
    }
    this.waiting = taken === this.waiting.length ? [] : this.waiting.slice(taken);
    return { batch, countings };
  }

  /** @throws {Problem} 503 when it was certainly not counted, 504 when nobody knows */
  private async send(countings: readonly Counting[]): Promise<string> {
    const sequence = ++this.sequence;
    let sent = countings;
    try {
      for (;;) {
        const outcomes = await this.store.countBatch(sequence, sent);
        if (!outcomes.includes('S')) return outcomes;
        // Redis lost what this process remembers. Under the same number: what was counted stays so.
        sent = countings.map(({ event }) => ({ event, sample: packSample(event) }));
      }
    } catch (cause) {
      if (sent === countings && cause instanceof NotCounted) {
        throw new Problem(problems.storeUnavailable, cause.message, undefined, { cause });
      }
      const detail = 'It may or may not be counted. Send it again with the same eventId.';
      throw new Problem(problems.outcomeUnknown, detail, undefined, { cause });
    }
  }

  private settle(batch: readonly Waiting[], outcomes: string): void {
    const firstSights: string[] = [];
    const waits = outcomes.length > batch.length ? waitsOf(outcomes) : null;
    batch.forEach((waiting, i) => {
      const { fingerprint, project } = waiting.event;
      const outcome = outcomes[i] ?? '';
      if (outcome === '2') firstSights.push(fingerprint);
      if (outcome === 'L') this.finish(waiting, overRate(project, waits?.get(project) ?? 1));
      else if (outcome === 'O' || outcome === 'o')
        this.finish(waiting, overflowed(outcome, project));
      else {
        this.known.add(fingerprint);
        this.finish(waiting, outcome === '0' ? 'duplicate' : 'queued');
      }
    });
    if (firstSights.length) this.onFirstSights(firstSights);
  }

  private finish(waiting: Waiting, result: Acknowledgement | Problem): void {
    this.events--;
    this.chars -= charsOf(waiting.event);
    if (result instanceof Problem) waiting.reject(result);
    else waiting.resolve(result);
  }
}

const overflowed = (outcome: 'O' | 'o', project: string): Acknowledgement => ({
  status: outcome === 'o' ? 'duplicate' : 'queued',
  fingerprint: overflowFingerprintOf(project),
});
