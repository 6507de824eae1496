/** Every attempt has exactly one outcome; what is left over makes the run invalid. Pure. */

export interface OutcomeCounts {
  readonly counted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly shed: number;
  readonly failed: number;
  readonly unanswered: number;
}

/** Attempts without outcome if above 0, outcomes without attempt if below. */
export function outcomeImbalance(attempts: number, outcomes: OutcomeCounts): number {
  const { counted, duplicate, rejected, shed, failed, unanswered } = outcomes;
  return attempts - (counted + duplicate + rejected + shed + failed + unanswered);
}
