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
import { inOneOrder, inStatements } from './statement-rows.js';

@Injectable()
export class IssueRepository {
  constructor(private readonly mysql: DataSource) {}

  /**
   * Rows for issues that have none, with count 0: counts come by `addCounts`. Others stay as they are.
   * @throws {QueryFailedError} after `deadlockAttemptsMax`, and for anything that is no deadlock
   */
  async insertMissing(events: readonly IngestedEvent[]): Promise<void> {
    for (const some of inStatements(inOneOrder(events))) {
      const rows = some.map((event) => ({ ...columnsOf(event), count: 0 }));
      // Not INSERT IGNORE, which would also swallow values that don't fit.
      const insert = this.mysql.createQueryBuilder().insert().into(Issue).values(rows);
      const statement = insert.orUpdate(['fingerprint'], ['fingerprint']).updateEntity(false);
      await despiteDeadlocks(() => statement.execute());
    }
  }

  /**
   * Adds a chunk's deltas, once: its id goes into `applied_chunks` in the same transaction.
   * Deltas, not totals: a late total overwrites a newer one, a late delta is only late.
   * @returns false when the chunk was here before
   * @throws {QueryFailedError} after `deadlockAttemptsMax`, and for anything that is no deadlock
   */
  addCounts(chunk: Chunk): Promise<boolean> {
    return despiteDeadlocks(() => this.mysql.transaction((manager) => apply(manager, chunk)));
  }

  /** @param kept ids that must stay known, whatever their age */
  async forgetOldChunks(kept: readonly string[]): Promise<void> {
    const hours = limits.appliedChunksKeptHours;
    const most = limits.appliedChunksForgottenAtOnce;
    for (let forgotten = most; forgotten === most; ) {
      const { affectedRows } = await this.mysql.query(
        `DELETE FROM applied_chunks WHERE applied_at < UTC_TIMESTAMP(3) - INTERVAL ? HOUR
           AND id NOT IN (?) LIMIT ?`,
        [hours, ['none', ...kept], most],
      );
      forgotten = affectedRows;
    }
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

async function despiteDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isDeadlock(error) || attempt === limits.deadlockAttemptsMax) throw error;
      await sleep(limits.deadlockRetryMs * attempt * (0.5 + Math.random()));
    }
  }
}

async function apply(manager: EntityManager, { id, rows }: Chunk): Promise<boolean> {
  try {
    await manager.query('INSERT INTO applied_chunks VALUES (?, UTC_TIMESTAMP(3))', [id]);
  } catch (error) {
    // Not by ON DUPLICATE KEY UPDATE and the affected rows: mysql2 asks for found rows, so a repeat says 1 too.
    if (codeOf(error) === 'ER_DUP_ENTRY') return false;
    throw error;
  }
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

const codeOf = (error: unknown) => String((error as { code?: unknown }).code);
const isDeadlock = (error: unknown) => /_LOCK_(DEADLOCK|WAIT_TIMEOUT)$/.test(codeOf(error));
