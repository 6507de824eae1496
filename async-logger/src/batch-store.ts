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
   * One character an event, and behind them who has to wait, as countBatch-7.lua says. The same sequence number counts once.
   * @throws {NotCounted} when certain; anything else leaves it unknown
   */
  countBatch(sequence: number, batch: readonly Counting[]): Promise<string>;
}

/** In Redis' own words where it gave any. */
export function reasonOf(error: unknown): string {
  const { message = 'unknown', cause } = (error ?? {}) as Partial<Error>;
  return cause instanceof Error ? cause.message : message;
}
