import type { IngestedEvent } from '@hotpath/contract/event';
import { poolWaitMsMax } from '@hotpath/contract/limits';
import { type PhaseClock, phase } from '@hotpath/contract/phase-clock';
import { Ingest, type ReceiptStatus } from '@hotpath/contract/ports';
import { Problem, problems } from '@hotpath/contract/problems';
import type { CountsRepository, Sighted } from './counts.repository.js';

/** As many as the async arm sends in one call, so that only the store differs. */
const batchEventsMax = 512;
/** Text of a batch: 2 Mi characters are at most 6 MiB on the wire, below MariaDB's packet of 16 MiB. */
const batchCharsMax = 2 * 1_048_576;
/** As many as the async arm remembers, so that a text travels as rarely: 64 characters each. */
const knownFingerprintsMax = 200_000;

interface Waiting {
  readonly event: IngestedEvent;
  readonly clock: PhaseClock;
  readonly since: number;
  resolve(status: ReceiptStatus): void;
  reject(error: unknown): void;
}

/**
 * Counts the events that arrived together in one transaction; those that arrive meanwhile form the next.
 * Trade: one batch in flight, so a locked row or a slow fsync holds up everybody and not its issue alone.
 * Guarantee: a receipt means durable in MySQL, counted exactly once. A retried event id counts again.
 */
export class GroupCommitIngest extends Ingest {
  private waiting: Waiting[] = [];
  private busy = false;
  private readonly known = new Set<string>();
  /** Waiting or in the batch that is under way. */
  queuedEvents = 0;

  constructor(private readonly counts: CountsRepository) {
    super();
  }

  /** @throws {Problem} 503 when it was certainly not sent; whatever else is thrown leaves it unknown */
  ingest(event: IngestedEvent, clock: PhaseClock): Promise<ReceiptStatus> {
    const since = performance.now();
    clock.enter(phase.wait, since);
    const done = new Promise<ReceiptStatus>((resolve, reject) => {
      this.waiting.push({ event, clock, since, resolve, reject });
    });
    this.queuedEvents++;
    this.schedule();
    return done.finally(() => this.queuedEvents--);
  }

  private schedule(): void {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    setImmediate(() => {
      void this.flush().finally(() => {
        this.busy = false;
        this.schedule();
      });
    });
  }

  private async flush(): Promise<void> {
    const batch = this.nextBatch();
    if (batch.length === 0) return;
    const now = performance.now();
    for (const { clock } of batch) clock.enter(phase.store, now);
    try {
      const sighted = sightedIn(batch, this.known);
      await this.counts.add(sighted);
      if (this.known.size > knownFingerprintsMax) this.known.clear();
      for (const { event } of sighted) this.known.add(event.fingerprint);
      for (const waiting of batch) waiting.resolve('saved');
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  private nextBatch(): Waiting[] {
    const oldest = performance.now() - poolWaitMsMax;
    const batch: Waiting[] = [];
    let [taken, chars] = [0, 0];
    for (const waiting of this.waiting) {
      if (batch.length === batchEventsMax || chars > batchCharsMax) break;
      taken++;
      if (waiting.since < oldest) {
        waiting.reject(new Problem(problems.overloaded, 'MySQL is too slow for this load.'));
        continue;
      }
      batch.push(waiting);
      chars += waiting.event.message.length + (waiting.event.stackTrace?.length ?? 0);
    }
    this.waiting = this.waiting.slice(taken);
    return batch;
  }
}

function sightedIn(batch: readonly Waiting[], rows: ReadonlySet<string>): Sighted[] {
  const issues = new Map<string, Sighted>();
  for (const { event } of batch) {
    const { fingerprint, seenAtMs } = event;
    const known = issues.get(fingerprint);
    const lastSeenMs = Math.max(seenAtMs, known?.lastSeenMs ?? seenAtMs);
    const events = (known?.events ?? 0) + 1;
    const first = known?.event ?? event;
    issues.set(fingerprint, { event: first, events, lastSeenMs, known: rows.has(fingerprint) });
  }
  return [...issues.values()];
}
