import type { Summary } from '@hotpath/contract/ports';
import { type IssuePage, type IssueView, type ListQuery, Query } from '@hotpath/contract/ports';
import { IssueRowsRepository, viewOf } from '@hotpath/contract/storage/issue-rows.repository';
import { Injectable } from '@nestjs/common';

/** The rows. */
@Injectable()
export class QueryService extends Query {
  constructor(private readonly issues: IssueRowsRepository) {
    super();
  }

  async list(query: ListQuery): Promise<IssuePage> {
    const { rows, nextCursor } = await this.issues.list(query);
    return { issues: rows.map((row) => viewOf(row)), nextCursor };
  }

  async find(fingerprint: string): Promise<IssueView | null> {
    const row = await this.issues.find(fingerprint);
    return row && viewOf(row);
  }

  async summary(): Promise<Summary> {
    return { ...(await this.issues.totals()), backlogEvents: 0 };
  }
}
