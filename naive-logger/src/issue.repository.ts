import type { IngestedEvent } from '@hotpath/contract/event';
import type { PhaseClock } from '@hotpath/contract/phase-clock';
import { answers, clocked } from '@hotpath/contract/storage/data-source';
import { columnsOf, Issue } from '@hotpath/contract/storage/issue.entity';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class IssueRepository {
  constructor(private readonly mysql: DataSource) {}

  /** For one request: its clock sees the waits for a connection. */
  clocked(clock: PhaseClock): IssueRepository {
    return new IssueRepository(clocked(this.mysql, clock));
  }

  find(event: IngestedEvent): Promise<Issue | null> {
    return this.mysql.getRepository(Issue).findOneBy({ fingerprint: event.fingerprint });
  }

  /** @throws {QueryFailedError} ER_DUP_ENTRY when another request inserted it since `find` */
  async insert(event: IngestedEvent): Promise<void> {
    await this.mysql.getRepository(Issue).insert({ ...columnsOf(event), count: 1 });
  }

  /** A total: whatever another request saved since `find` is overwritten. */
  async saveCount(issue: Issue, count: number, seenAtMs: number): Promise<void> {
    // save() as in TypeORM's guides: it reads the row once more, then writes in a transaction of its own.
    await this.mysql.getRepository(Issue).save({ ...issue, count, lastSeenAt: new Date(seenAtMs) });
  }

  answers(): Promise<boolean> {
    return answers(this.mysql);
  }
}
