/** The ingest path, once for single events and batches: draining? → validate → shed → port → receipt. */
import { Inject, Injectable } from '@nestjs/common';
import { type IngestedEvent, parseEvent } from '../event.js';
import { counterOf, gaugeOf, histogramOf } from '../instruments.js';
import { metrics } from '../metrics.js';
import { outcomes } from '../outcomes.js';
import { type PhaseClock, phase } from '../phase-clock.js';
import { type Acknowledgement, Ingest, type ReceiptStatus, SaturationProbe } from '../ports.js';
import { Problem, problems } from '../problems.js';
import { Projects } from '../projects.js';
import { DrainState } from './drain-state.js';
import { countOutcome, declareOutcomes } from './event-outcomes.js';
import { declarePhases } from './request-phases.js';

export interface Receipt {
  readonly status: ReceiptStatus;
  readonly fingerprint: string;
  /** Fields that were cut to their limit; absent when none was. */
  readonly truncated?: readonly string[];
}

/** What of a request says where an event comes from. */
interface Source {
  readonly clock: PhaseClock;
  readonly project: string;
}

@Injectable()
export class Intake {
  private readonly ackSeconds = histogramOf(metrics.ackSeconds);
  private readonly limitedEvents = counterOf(metrics.limitedEvents);
  private readonly overflowEvents = counterOf(metrics.overflowEvents);
  private inFlightEvents = 0;

  constructor(
    @Inject(Ingest) private readonly ingest: Ingest,
    @Inject(SaturationProbe) private readonly saturation: SaturationProbe,
    private readonly drain: DrainState,
    @Inject(Projects) projects: Projects,
  ) {
    // From the start: a counter that appears with its first event has no rate for it.
    for (const project of projects.names) {
      this.limitedEvents.inc({ project }, 0);
      this.overflowEvents.inc({ project }, 0);
    }
    declareOutcomes();
    declarePhases();
    gaugeOf(metrics.inFlightEvents, () => this.inFlightEvents);
  }

  /** @throws {Problem} when this process takes no more events now: nothing of them was stored */
  admit(events: number): void {
    if (this.drain.draining)
      throw new Problem(problems.draining, 'Try again; another process serves.');
    const reason = this.saturation.saturated(events);
    if (reason) throw new Problem(problems.overloaded, reason);
  }

  /**
   * Takes one event through to its receipt and counts it as counted or duplicate.
   * @throws {Problem} for the filter or the batch to answer and count
   */
  async take(body: unknown, receivedAtMs: number, { clock, project }: Source): Promise<Receipt> {
    const event = parseEvent(body, receivedAtMs, clock, project);
    clock.enter(phase.store);
    this.inFlightEvents++;
    try {
      const receipt = receiptOf(event, await this.ingest.ingest(event, clock));
      const duplicate = receipt.status === 'duplicate';
      countOutcome(duplicate ? outcomes.duplicate : outcomes.counted);
      if (!duplicate && receipt.fingerprint !== event.fingerprint) {
        this.overflowEvents.inc({ project });
      }
      return receipt;
    } catch (error) {
      if (error instanceof Problem && error.kind === problems.overRate) {
        this.limitedEvents.inc({ project });
      }
      throw error;
    } finally {
      this.inFlightEvents--;
    }
  }

  /** The receipt is there; what is left of the request is to answer. */
  observeAck(clock: PhaseClock): void {
    const now = performance.now();
    clock.enter(phase.respond, now);
    this.ackSeconds.observe((now - clock.arrivedAt) / 1_000);
  }
}

function receiptOf({ fingerprint: own, truncated }: IngestedEvent, done: Acknowledgement): Receipt {
  const { status, fingerprint } =
    typeof done === 'string' ? { status: done, fingerprint: own } : done;
  return truncated.length ? { status, fingerprint, truncated } : { status, fingerprint };
}
