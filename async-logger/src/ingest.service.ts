import type { IngestedEvent } from '@hotpath/contract/event';
import type { PhaseClock } from '@hotpath/contract/phase-clock';
import { type Acknowledgement, Ingest } from '@hotpath/contract/ports';
import { Injectable } from '@nestjs/common';
import { EventBatcher } from './event-batcher.js';

/**
 * Counts an event by adding it to the batch that is about to leave for Redis.
 * Trade: MySQL shows the count up to one sync interval later.
 * Guarantee: a receipt means durable in Redis or, while it is out, in the journal, and counted exactly once in MySQL, whoever dies next.
 */
@Injectable()
export class IngestService extends Ingest {
  constructor(private readonly batcher: EventBatcher) {
    super();
  }

  ingest(event: IngestedEvent, clock: PhaseClock): Promise<Acknowledgement> {
    return this.batcher.add(event, clock);
  }
}
