/**
 * The shared HTTP host over a sink that stores nothing: what generator, HTTP, validation and fingerprint
 * cost on this box. An arm that stores pays this too, so every figure is also given as
 * a multiple of it. Saturated, answering in batches is cheaper still: see FloorBatchedIngest.
 */
import type { IngestedEvent } from '@hotpath/contract/event';
import { apiModule } from '@hotpath/contract/http/host';
import { Ingest, Query, type ReceiptStatus, SaturationProbe } from '@hotpath/contract/ports';
import { SlowedIngest } from './slowed-ingest.js';

export class FloorIngest extends Ingest {
  async ingest(_event: IngestedEvent): Promise<ReceiptStatus> {
    return 'queued';
  }
}

/** Answers all that arrived in one turn of the loop together: what group commit costs without a store. */
export class FloorBatchedIngest extends Ingest {
  private waiting: ((status: ReceiptStatus) => void)[] = [];

  ingest(_event: IngestedEvent): Promise<ReceiptStatus> {
    return new Promise((resolve) => {
      if (this.waiting.push(resolve) === 1) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    for (const resolve of batch) resolve('queued');
  }
}

export class NothingStored extends Query {
  async list() {
    return { issues: [], nextCursor: null };
  }

  async find() {
    return null;
  }

  async summary() {
    return { issues: 0, events: 0, backlogEvents: 0 };
  }
}

export class NeverSaturated extends SaturationProbe {
  saturated() {
    return null;
  }

  async missingStores() {
    return [];
  }
}

const ingests = { floor: FloorIngest, 'floor-batched': FloorBatchedIngest };

export function floorRung(name: keyof typeof ingests, plantedShare = 0) {
  const ingest = () => {
    const own = new ingests[name]();
    return plantedShare > 0 ? new SlowedIngest(own, plantedShare) : own;
  };
  return apiModule(null, {
    providers: [
      { provide: Ingest, useFactory: ingest },
      { provide: Query, useClass: NothingStored },
      { provide: SaturationProbe, useClass: NeverSaturated },
    ],
  });
}
