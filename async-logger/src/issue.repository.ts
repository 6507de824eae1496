import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestedEvent } from '@hotpath/contract/event';
import { Problem, problems } from '@hotpath/contract/problems';
import { answers, connect } from '@hotpath/contract/storage/data-source';
import { columnsOf, Issue } from '@hotpath/contract/storage/issue.entity';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Chunk } from './chunk.js';
import * as limits from './limits.js';
import { lostSampleMessage } from './sample.js';

@Injectable()
export class IssueRepository {
  constructor(private readonly mysql: DataSource) {}

  /** Rows for issues that have none, with count 0: counts come by `addCounts`. Others stay as they are. */
  async insertMissing(
    events: readonly IngestedEvent[],
    manager: EntityManager = this.mysql.manager,
  ): Promise<void> {
    if (events.length === 0) return;
    const rows = inOneOrder(events).map((event) => ({ ...columnsOf(event), count: 0 }));
    // Not INSERT IGNORE, which would also swallow values that don't fit.
    await manager
      .createQueryBuilder()
      .insert()
      .into(Issue)
      .values(rows)
      .orUpdate(['fingerprint'], ['fingerprint'])
      .updateEntity(false)
      .execute();
  }

  /**
   * Adds a chunk's deltas, once: its id goes into `applied_chunks` in the same transaction.
   * Deltas, not totals: a late total overwrites a newer one, a late delta is only late.
   * @returns false when the chunk was here before
   * @throws {QueryFailedError} after `deadlockAttemptsMax`, and for anything that is no deadlock
   */
  async addCounts(chunk: Chunk, samples: readonly IngestedEvent[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.mysql.transaction((manager) => apply(manager, this, chunk, samples));
      } catch (error) {
        if (!isDeadlock(error) || attempt === limits.deadlockAttemptsMax) throw error;
        await sleep(limits.deadlockRetryMs * attempt * (0.5 + Math.random()));
      }
    }
  }

  async forgetOldChunks(): Promise<void> {
    const hours = limits.appliedChunksKeptHours;
    await this.mysql.query(
      'DELETE FROM applied_chunks WHERE applied_at < UTC_TIMESTAMP(3) - INTERVAL ? HOUR LIMIT 10000',
      [hours],
    );
  }

  /** Which of these chunks this transaction sees. */
  async applied(chunkIds: readonly string[], manager: EntityManager): Promise<Set<string>> {
    if (chunkIds.length === 0) return new Set();
    const rows = await manager.query('SELECT id FROM applied_chunks WHERE id IN (?)', [chunkIds]);
    return new Set(rows.map((row: { id: string }) => row.id));
  }

  /**
   * Runs reads in one snapshot. Connects when it must: this process starts and ingests without MySQL.
   * @throws {Problem} 503 while MySQL is away
   */
  async inSnapshot<T>(read: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      await connect(this.mysql);
    } catch (cause) {
      throw new Problem(problems.storeUnavailable, 'MySQL is away.', undefined, { cause });
    }
    return this.mysql.transaction('REPEATABLE READ', read);
  }

  answers(): Promise<boolean> {
    return answers(this.mysql);
  }
}

async function apply(
  manager: EntityManager,
  issues: IssueRepository,
  { id, rows }: Chunk,
  samples: readonly IngestedEvent[],
): Promise<boolean> {
  try {
    await manager.query('INSERT INTO applied_chunks VALUES (?, UTC_TIMESTAMP(3))', [id]);
  } catch (error) {
    // Not by ON DUPLICATE KEY UPDATE and the affected rows: mysql2 asks for found rows, so a repeat says 1 too.
    if (codeOf(error) === 'ER_DUP_ENTRY') return false;
    throw error;
  }
  await issues.insertMissing(samples, manager);
  const values = inOneOrder(rows).map(({ project, fingerprint, count, lastSeenMs }) => {
    const seenAt = new Date(lastSeenMs);
    return [fingerprint, project, lostSampleMessage, 'error', count, seenAt, seenAt];
  });
  await manager.query(
    `INSERT INTO issues (fingerprint, project, message, level, count, first_seen_at, last_seen_at) VALUES ?
     ON DUPLICATE KEY UPDATE count = count + VALUES(count),
       last_seen_at = GREATEST(last_seen_at, VALUES(last_seen_at))`,
    [values],
  );
  return true;
}

/** Every worker locks rows in this order, so that two of them don't deadlock. */
const inOneOrder = <T extends { fingerprint: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));

const codeOf = (error: unknown) => String((error as { code?: unknown }).code);
const isDeadlock = (error: unknown) => /_LOCK_(DEADLOCK|WAIT_TIMEOUT)$/.test(codeOf(error));
