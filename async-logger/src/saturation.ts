import { SaturationProbe } from '@hotpath/contract/ports';
import { Injectable } from '@nestjs/common';
import { config } from './config.js';
import { CounterStore } from './counter.store.js';
import { EventBatcher } from './event-batcher.js';
import { inFlightCharsMax } from './limits.js';

/** Over its bounds this process sheds at once, instead of making everybody wait. */
@Injectable()
export class Saturation extends SaturationProbe {
  constructor(
    private readonly batcher: EventBatcher,
    private readonly counters: CounterStore,
  ) {
    super();
  }

  saturated(events: number): string | null {
    const { batcher } = this;
    if (batcher.events + events > config.IN_FLIGHT_EVENTS_MAX) {
      return `${config.IN_FLIGHT_EVENTS_MAX} events are waiting for Redis.`;
    }
    return batcher.chars > inFlightCharsMax ? 'Too much text is waiting for Redis.' : null;
  }

  async missingStores(): Promise<readonly string[]> {
    return (await this.counters.answers()) ? [] : ['Redis'];
  }
}
