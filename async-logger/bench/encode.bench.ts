/** What it costs the API to write a batch for Redis, from its events to bytes; no Redis hears of it. */
import { parseEvent } from '@hotpath/contract/event';
import { type Command, Redis } from 'ioredis';
import { expect } from 'vitest';
import { benchmark } from '../../contract/bench/benchmark.js';
import { workload, workloadDefaults } from '../../loadtests/k6/workload.ts';
import { CounterStore } from '../src/counter.store.js';
import { packSample } from '../src/sample.js';

/** The client up to its socket. */
class Encoder extends Redis {
  sent: Buffer | string = '';

  constructor() {
    super({ lazyConnect: true });
  }

  override sendCommand(command: Command): Promise<unknown> {
    this.sent = command.toWritable({} as never);
    command.resolve('counted');
    return command.promise;
  }
}

const encoder = new Encoder();
const counters = new CounterStore(encoder);
const eventOf = workload({ ...workloadDefaults, seed: 7 });
let sequence = 0;

const samples = { known: () => '', new: packSample };
for (const [name, sample] of Object.entries(samples)) {
  for (const count of name === 'known' ? [1, 32, 512] : [32]) {
    const events = Array.from({ length: count }, (_, index) => parseEvent(eventOf(index), 1));
    benchmark(`encode a batch of ${count}, ${name} issues`, {
      per: { count, unit: 'event' },
      round: () =>
        counters.countBatch(
          ++sequence,
          events.map((event) => ({ event, sample: sample(event) })),
        ),
      checksum: 'counted',
      after: () => {
        const sent = String(encoder.sent);
        for (const event of events) {
          for (const part of [event.fingerprint, event.eventId, sample(event)]) {
            expect(sent).toContain(part);
          }
        }
      },
    });
  }
}
