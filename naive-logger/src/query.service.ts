import { IssueRowsRepository } from '@hotpath/contract/storage/issue-rows.repository';
import { RowsQuery } from '@hotpath/contract/storage/rows-query';
import { Injectable } from '@nestjs/common';

/** The rows. */
@Injectable()
export class QueryService extends RowsQuery {
  // Nest reads from its types what to hand over.
  constructor(issues: IssueRowsRepository) {
    super(issues);
  }
}
