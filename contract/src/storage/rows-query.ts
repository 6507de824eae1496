import { type IssuePage, type IssueView, type ListQuery, Query, type Summary } from '../ports.js';
import { type IssueRowsRepository, viewOf } from './issue-rows.repository.js';

/** Answers with the rows as they are: for an arm whose counts are nowhere else. */
export class RowsQuery extends Query {
  constructor(private readonly issues: IssueRowsRepository) {
    super();
  }

  async list(query: ListQuery, project: string): Promise<IssuePage> {
    const { rows, nextCursor } = await this.issues.list(query, project);
    return { issues: rows.map((row) => viewOf(row)), nextCursor };
  }

  async find(fingerprint: string, project: string): Promise<IssueView | null> {
    const row = await this.issues.find(fingerprint, project);
    return row && viewOf(row);
  }

  async summary(project: string): Promise<Summary> {
    return { ...(await this.issues.totals(project)), backlogEvents: 0 };
  }
}
