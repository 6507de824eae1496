/**
 * Where the time of one request goes. A request is in exactly one phase at any moment, so its phases leave no
 * gap, never overlap, and add up to it. Imports nothing.
 */

/** In the order in which a request goes through them; a store may send it back to `wait`. */
export const phaseNames = [
  'receive',
  'validate',
  'fingerprint',
  'wait',
  'store',
  'respond',
] as const;
export type PhaseName = (typeof phaseNames)[number];

export const phase = {
  /** From the arrival of the head until the body is parsed and its handler runs. */
  receive: 0,
  validate: 1,
  fingerprint: 2,
  /** For a connection of the pool, or for the batch to leave. */
  wait: 3,
  /** Everything that an arm does for the event but wait. */
  store: 4,
  /** From the receipt until the answer is written. */
  respond: 5,
} as const satisfies Record<PhaseName, number>;
export type Phase = (typeof phase)[PhaseName];

export class PhaseClock {
  /** ms by phase, without the phase that runs. */
  readonly ms = [0, 0, 0, 0, 0, 0];
  /** An answer that is no receipt has no phases worth a mean. */
  acknowledged = false;
  private current: Phase = phase.receive;
  private since: number;

  /** @param arrivedAt by performance.now(), as all moments here */
  constructor(readonly arrivedAt: number) {
    this.since = arrivedAt;
  }

  /** Ends the phase that runs and begins the next, or goes on with the same. */
  enter(next: Phase, now = performance.now()): void {
    this.ms[this.current] = (this.ms[this.current] ?? 0) + now - this.since;
    this.current = next;
    this.since = now;
  }
}
