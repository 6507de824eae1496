import type { IngestedEvent } from '@hotpath/contract/event';
import { timed } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import type { PhaseClock } from '@hotpath/contract/phase-clock';
import { Ingest, type ReceiptStatus } from '@hotpath/contract/ports';
import { TokenBuckets } from '@hotpath/contract/token-buckets';
import { Injectable } from '@nestjs/common';
import { IssueRepository } from './issue.repository.js';

/**
 * Counts an event by reading its issue and writing it back, inside the request.
 * Trade: simple, and every request holds a connection for two round trips and a commit.
 * Guarantee: a receipt means durable in MySQL; two requests at once may count as one.
 */
@Injectable()
export class IngestService extends Ingest {
  constructor(
    private readonly issues: IssueRepository,
    private readonly buckets: TokenBuckets,
  ) {
    super();
  }

  async ingest(event: IngestedEvent, clock: PhaseClock): Promise<ReceiptStatus> {
    this.buckets.assertToken(event.project);
    const issues = this.issues.clocked(clock);
    const issue = await timed(metrics.storeSeconds, 'find', issues.find(event));
    if (issue) {
      const count = issue.count + 1;
      const saved = issues.saveCount(issue, count, event.seenAtMs);
      await timed(metrics.storeSeconds, 'saveCount', saved);
    } else {
      await timed(metrics.storeSeconds, 'insert', issues.insert(event));
    }
    return 'saved';
  }
}
