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
  /** Its row was seen, so that its text need not travel. */
  readonly known?: boolean;
}

/** Two upserts can lock the gaps around two new rows crosswise; one of them is then rolled back whole. */
const deadlockAttemptsMax = 5;
const deadlockRetryMs = 10;

const columns = `(fingerprint, message, stack_trace, level, environment, release_name, count,
  first_seen_at, last_seen_at)`;
const addToCount = `ON DUPLICATE KEY UPDATE count = count + VALUES(count),
  last_seen_at = GREATEST(last_seen_at, VALUES(last_seen_at))`;
const textless = "SELECT fingerprint FROM issues WHERE fingerprint IN (?) AND message = ''";
const fillText = `ON DUPLICATE KEY UPDATE message = VALUES(message), stack_trace = VALUES(stack_trace),
  level = VALUES(level), environment = VALUES(environment), release_name = VALUES(release_name)`;

export class CountsRepository {
  constructor(private readonly mysql: Awaited<ReturnType<typeof connect>>) {}

  /** For one request: its clock sees the wait for a connection. */
  clocked(clock: PhaseClock): CountsRepository {
    return new CountsRepository(clocked(this.mysql, clock));
  }

  /**
   * Adds to counts, or makes the rows: one statement, so one transaction, committed when it resolves.
   * A known row that is gone comes back with its text before this resolves.
   * @throws {QueryFailedError} after `deadlockAttemptsMax`, and for anything that is no deadlock
   */
  async add(sighted: readonly Sighted[]): Promise<void> {
    const made = await this.upsert(sighted.map(rowOf), addToCount);
    const known = sighted.filter((issue) => issue.known);
    // As many rows as there were new issues are theirs; that another process made as many of them as known
    // rows went at the same moment is left out: the counts stay exact, a text would be missing.
    if (made === 0 || made === sighted.length - known.length) return;
    const found: { fingerprint: string }[] = await this.mysql.query(textless, [
      known.map(({ event }) => event.fingerprint),
    ]);
    const gone = new Set(found.map(({ fingerprint }) => fingerprint));
    const missing = known.filter(({ event }) => gone.has(event.fingerprint));
    const rows = missing.map((issue) => rowOf({ ...issue, events: 0, known: false }));
    if (rows.length > 0) await this.upsert(rows, fillText);
  }

  /** Returns how many rows it made. */
  private async upsert(rows: unknown[][], onDuplicate: string): Promise<number> {
    // In one order, so that two processes don't lock rows crosswise.
    rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    for (let attempt = 1; ; attempt++) {
      try {
        const sql = `INSERT INTO issues ${columns} VALUES ? ${onDuplicate}`;
        const query: Promise<{ affectedRows: number }> = this.mysql.query(sql, [rows]);
        const { affectedRows } = await timed(metrics.storeSeconds, 'upsert', query);
        // A row that is made counts once, one that is changed twice.
        return 2 * rows.length - affectedRows;
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

function rowOf({ event, events, lastSeenMs, known }: Sighted): unknown[] {
  const { fingerprint, message, stackTrace, level, environment, release, firstSeenAt } =
    columnsOf(event);
  const text = known
    ? [fingerprint, '', null, level, null, null]
    : [fingerprint, message, stackTrace, level, environment, release];
  return [...text, events, firstSeenAt, new Date(lastSeenMs)];
}

const isDeadlock = (error: unknown) => (error as { code?: unknown }).code === 'ER_LOCK_DEADLOCK';
