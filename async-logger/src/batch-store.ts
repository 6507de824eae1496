/** What the batcher asks of whoever makes its batches durable. */
import type { IngestedEvent } from '@hotpath/contract/event';

export interface Counting {
  readonly event: IngestedEvent;
  /** '' when the store knows the issue. */
  readonly sample: string;
}

/** Not counted, for certain: it was never sent, or refused whole. */
export class NotCounted extends Error {}

export interface BatchStore {
  /**
   * One character an event, as countBatch-7.lua says. The same sequence number counts once.
   * @throws {NotCounted} when certain; anything else leaves it unknown
   */
  countBatch(sequence: number, batch: readonly Counting[]): Promise<string>;
}
