/** What an arm must provide. The HTTP host knows these and nothing else of an arm. */
import type { IngestedEvent } from './event.js';
import type { PhaseClock } from './phase-clock.js';

/** What was done, truthfully: in MySQL, durable in the queue's store, or seen before by its event id. */
export type ReceiptStatus = 'saved' | 'queued' | 'duplicate';

/** With the fingerprint under which the event was counted, where that is not its own. */
export type Acknowledgement =
  | ReceiptStatus
  | { readonly status: ReceiptStatus; readonly fingerprint: string };

export abstract class Ingest {
  /**
   * Resolves only when the event is durable.
   * @param clock in its phase `store`; who makes the event wait tells it so
   * @throws {Problem} 429 or 503 when it was certainly not stored, 504 when nobody knows; anything else is a 500
   */
  abstract ingest(event: IngestedEvent, clock: PhaseClock): Promise<Acknowledgement>;
}

export interface IssueView {
  readonly fingerprint: string;
  readonly message: string;
  readonly stackTrace: string | null;
  readonly level: string;
  readonly environment: string | null;
  readonly release: string | null;
  /** Distinct events, including those acknowledged but not yet in MySQL. */
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface ListQuery {
  readonly sort: 'lastSeen' | 'count';
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly search?: string | undefined;
}

export interface IssuePage {
  readonly issues: readonly IssueView[];
  /** Pass it back to get the next page; null on the last one. */
  readonly nextCursor: string | null;
}

export interface Summary {
  readonly issues: number;
  readonly events: number;
  /** Acknowledged events that are not in MySQL yet. */
  readonly backlogEvents: number;
}

/** Answers with what one project has, and nothing of another. */
export abstract class Query {
  /** @throws {Problem} 400 for a cursor that this API did not make, 503 when the store is away */
  abstract list(query: ListQuery, project: string): Promise<IssuePage>;
  abstract find(fingerprint: string, project: string): Promise<IssueView | null>;
  abstract summary(project: string): Promise<Summary>;
}

export abstract class SaturationProbe {
  /** Null while there is room for more events; else why not, as a sentence for the client. */
  abstract saturated(events: number): string | null;
  /** Names of the stores that this process cannot serve without and that do not answer now. */
  abstract missingStores(): Promise<readonly string[]>;
  /** Null while everything is as it should be; else what is not, though this process serves. */
  degraded(): string | null {
    return null;
  }
}
