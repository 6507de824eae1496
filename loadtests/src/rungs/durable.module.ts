import { apiModule } from '@hotpath/contract/http/host';
import { type PhaseClock, phase } from '@hotpath/contract/phase-clock';
import { Ingest, Query, type ReceiptStatus, SaturationProbe } from '@hotpath/contract/ports';
import { Problem, problems } from '@hotpath/contract/problems';
import { Redis } from 'ioredis';
import type { DurableSettings } from './config.js';
import { NeverSaturated, NothingStored } from './floor.js';

/** A Redis that answers later has failed: as long as the async arm waits. */
const answerMsMax = 1_000;

interface Waiting {
  readonly clock: PhaseClock;
  resolve(status: ReceiptStatus): void;
  reject(error: Problem): void;
}

/**
 * Forgets the events as the floor does, but answers a batch only after Redis has fsynced one small write: the
 * least that receipts cost which wait for a store in another process. What async costs beyond is its own doing.
 * Trade: none; nothing can be read back. One write at a time, those that arrive meanwhile wait for the next.
 */
export class FloorDurableIngest extends Ingest {
  private waiting: Waiting[] = [];
  private busy = false;
  private batches = 0;

  constructor(private readonly redis: Redis) {
    super();
  }

  /** @throws {Problem} 503 when Redis does not answer */
  ingest(_event: unknown, clock: PhaseClock): Promise<ReceiptStatus> {
    clock.enter(phase.wait);
    return new Promise((resolve, reject) => {
      this.waiting.push({ clock, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    setImmediate(() => {
      void this.flush().finally(() => {
        this.busy = false;
        this.schedule();
      });
    });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    for (const { clock } of batch) clock.enter(phase.store);
    try {
      await this.redis.set('floor-durable', ++this.batches);
      for (const { resolve } of batch) resolve('queued');
    } catch (cause) {
      const away = new Problem(problems.storeUnavailable, 'Redis is away.', undefined, { cause });
      for (const { reject } of batch) reject(away);
    }
  }
}

export function durableRung({ REDIS_URL }: DurableSettings) {
  const ingest = async () => {
    const options = { commandTimeout: answerMsMax, enableOfflineQueue: false, lazyConnect: true };
    const redis = new Redis(REDIS_URL, options);
    await redis.connect();
    return new FloorDurableIngest(redis);
  };
  return apiModule(null, {
    providers: [
      { provide: Ingest, useFactory: ingest },
      { provide: Query, useClass: NothingStored },
      { provide: SaturationProbe, useClass: NeverSaturated },
    ],
  });
}
