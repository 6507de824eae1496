import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestedEvent } from '@hotpath/contract/event';
import { timed } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import type { PhaseClock } from '@hotpath/contract/phase-clock';
import { answers, clocked, type connect } from '@hotpath/contract/storage/data-source';
import { columnsOf } from '@hotpath/contract/storage/issue.entity';

/** The event whose columns a new row gets, and how many events of its issue came with it. */
export interface Sighted {
  readonly event: IngestedEvent;
  readonly events: number;
  readonly lastSeenMs: number;
}

/** Two upserts can lock the gaps around two new rows crosswise; one of them is then rolled back whole. */
const deadlockAttemptsMax = 5;
const deadlockRetryMs = 10;

const columns = `(fingerprint, message, stack_trace, level, environment, release_name, count,
  first_seen_at, last_seen_at)`;
const addToCount = `ON DUPLICATE KEY UPDATE count = count + VALUES(count),
  last_seen_at = GREATEST(last_seen_at, VALUES(last_seen_at))`;

export class CountsRepository {
  constructor(private readonly mysql: Awaited<ReturnType<typeof connect>>) {}

  /** For one request: its clock sees the wait for a connection. */
  clocked(clock: PhaseClock): CountsRepository {
    return new CountsRepository(clocked(this.mysql, clock));
  }

  /**
   * Adds to counts, or makes the rows: one statement, so one transaction, committed when it resolves.
   * @throws {QueryFailedError} after `deadlockAttemptsMax`, and for anything that is no deadlock
   */
  async add(sighted: readonly Sighted[]): Promise<void> {
    // In one order, so that two processes don't lock rows crosswise.
    const rows = sighted.map(rowOf).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    for (let attempt = 1; ; attempt++) {
      try {
        const sql = `INSERT INTO issues ${columns} VALUES ? ${addToCount}`;
        await timed(metrics.storeSeconds, 'upsert', this.mysql.query(sql, [rows]));
        return;
      } catch (error) {
        if (!isDeadlock(error) || attempt === deadlockAttemptsMax) throw error;
        await sleep(deadlockRetryMs * attempt * (0.5 + Math.random()));
      }
    }
  }

  answers(): Promise<boolean> {
    return answers(this.mysql);
  }
}

function rowOf({ event, events, lastSeenMs }: Sighted): unknown[] {
  const { fingerprint, message, stackTrace, level, environment, release, firstSeenAt } =
    columnsOf(event);
  const text = [fingerprint, message, stackTrace, level, environment, release];
  return [...text, events, firstSeenAt, new Date(lastSeenMs)];
}

const isDeadlock = (error: unknown) => (error as { code?: unknown }).code === 'ER_LOCK_DEADLOCK';
