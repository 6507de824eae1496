/** The read side's view of the table, the same for both arms: pages, one issue, totals. */
import { type DataSource, Like, type Repository } from 'typeorm';
import type { IssueView, ListQuery } from '../ports.js';
import { Problem, problems } from '../problems.js';
import { Issue } from './issue.entity.js';

export interface RowPage {
  readonly rows: Issue[];
  readonly nextCursor: string | null;
}

type Sort = ListQuery['sort'];

/** Position of the last row of a page: by which sort, its value (ms since the epoch or count), the row's id. */
type Position = readonly [sort: Sort, value: number, id: string];

/** What a Date can hold; a count is far below. */
const valueMax = 8.64e15;

const encode = (position: Position) => Buffer.from(JSON.stringify(position)).toString('base64url');

function decode(cursor: string, sort: Sort): Position {
  try {
    const [by, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const inRange = Number.isSafeInteger(value) && value >= 0 && value <= valueMax;
    if (by === sort && inRange && /^\d{1,19}$/.test(id)) return [by, value, id];
  } catch {
    // Falls through: whatever it was, it was not made here.
  }
  const errors = [{ field: 'cursor', reason: 'is not a cursor of this API' }];
  throw new Problem(problems.invalidQuery, 'cursor is not a cursor of this API.', errors);
}

export function viewOf(row: Issue, unsyncedEvents = 0): IssueView {
  return {
    fingerprint: row.fingerprint,
    message: row.message,
    stackTrace: row.stackTrace,
    level: row.level,
    environment: row.environment,
    release: row.release,
    count: row.count + unsyncedEvents,
    firstSeen: row.firstSeenAt.toISOString(),
    lastSeen: row.lastSeenAt.toISOString(),
  };
}

export class IssueRowsRepository {
  private readonly rows: Repository<Issue>;

  constructor(source: Pick<DataSource, 'getRepository'>) {
    this.rows = source.getRepository(Issue);
  }

  /** Newest or largest first. Keyset pagination: page 1,000 costs what page 1 costs. */
  async list({ sort, limit, cursor, search }: ListQuery, project: string): Promise<RowPage> {
    const column = sort === 'count' ? 'count' : 'lastSeenAt';
    const query = this.rows
      .createQueryBuilder('issue')
      .where({ project })
      .orderBy(`issue.${column}`, 'DESC')
      .addOrderBy('issue.id', 'DESC')
      .limit(limit + 1);
    if (cursor) {
      const [, value, id] = decode(cursor, sort);
      const at = sort === 'count' ? value : new Date(value);
      const after = `issue.${column} < :at OR (issue.${column} = :at AND issue.id < :id)`;
      query.andWhere(`(${after})`, { at, id });
    }
    if (search) {
      const literal = search.replace(/[\\%_]/g, '\\$&');
      query.andWhere({ message: Like(`%${literal}%`) });
    }
    const rows = await query.getMany();
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    if (!last) return { rows, nextCursor: null };
    const value = sort === 'count' ? last.count : last.lastSeenAt.getTime();
    return { rows: rows.slice(0, limit), nextCursor: encode([sort, value, last.id]) };
  }

  find(fingerprint: string, project: string): Promise<Issue | null> {
    return this.rows.findOneBy({ fingerprint, project });
  }

  async totals(project: string): Promise<{ issues: number; events: number }> {
    const totals = await this.rows
      .createQueryBuilder('issue')
      .select('COUNT(*)', 'issues')
      .addSelect('COALESCE(SUM(issue.count), 0)', 'events')
      .where({ project })
      .getRawOne<{ issues: string; events: string }>();
    return { issues: Number(totals?.issues), events: Number(totals?.events) };
  }
}
