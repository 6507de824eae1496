import { SaturationProbe } from '@hotpath/contract/ports';
import { Injectable } from '@nestjs/common';
import { config } from './config.js';
import { EventBatcher } from './event-batcher.js';
import { inFlightCharsMax } from './limits.js';
import { ModeSwitch } from './mode.js';

/** Over its bounds this process sheds at once, instead of making everybody wait. */
@Injectable()
export class Saturation extends SaturationProbe {
  constructor(
    private readonly batcher: EventBatcher,
    private readonly modes: ModeSwitch,
  ) {
    super();
  }

  saturated(events: number): string | null {
    const { batcher, modes } = this;
    if (batcher.events + events > config.IN_FLIGHT_EVENTS_MAX) {
      return `${config.IN_FLIGHT_EVENTS_MAX} events are waiting to be made durable.`;
    }
    if (modes.full) return 'Redis is out and the journal is full.';
    return batcher.chars > inFlightCharsMax ? 'Too much text is waiting for Redis.' : null;
  }

  /** Without Redis it serves from the journal. */
  async missingStores(): Promise<readonly string[]> {
    const { full, refusing } = this.modes;
    if (full) return ['Redis, and the journal is full'];
    return refusing ? ['Redis, and the journal cannot be written'] : [];
  }

  override degraded(): string | null {
    const { mode } = this.modes;
    return mode === 'normal' ? null : `${mode}: events wait in the journal for Redis.`;
  }
}
