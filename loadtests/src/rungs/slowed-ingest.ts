/**
 * A port that is slower than it need be by a known share: at each event it burns CPU until it has burnt that
 * share of what the process needed itself since its first event. So it costs the share more whatever an event
 * costs here, at any rate, with garbage collection and all.
 */
import type { IngestedEvent } from '@hotpath/contract/event';
import type { PhaseClock } from '@hotpath/contract/phase-clock';
import { type Acknowledgement, Ingest } from '@hotpath/contract/ports';

/** One event pays for a pause of the garbage collector at most this far; the next ones pay the rest. */
const burnMicrosMax = 20_000;

export class SlowedIngest extends Ingest {
  private since: number | null = null;
  /** So far. */
  burntMicros = 0;

  /** @param plantedShare 0.1 is a tenth more */
  constructor(
    private readonly ingestQuick: Ingest,
    private readonly plantedShare: number,
  ) {
    super();
  }

  ingest(event: IngestedEvent, clock: PhaseClock): Promise<Acknowledgement> {
    this.burn();
    return this.ingestQuick.ingest(event, clock);
  }

  private burn(): void {
    const before = cpuMicros();
    this.since ??= before;
    const own = before - this.since - this.burntMicros;
    const due = Math.min(burnMicrosMax, this.plantedShare * own - this.burntMicros);
    let now = before;
    while (now - before < due) now = cpuMicros();
    this.burntMicros += now - before;
  }
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
