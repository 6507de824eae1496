/** Counts each event's fate, once. */
import { readCounterOf } from '../instruments.js';
import { metrics } from '../metrics.js';
import { type Outcome, outcomes } from '../outcomes.js';
import type { Problem } from '../problems.js';

const events: Record<Outcome, number> = {
  counted: 0,
  duplicate: 0,
  rejected: 0,
  shed: 0,
  failed: 0,
};

/** All at 0 from the start: a rate over a series that appears later misses its first increments. */
export function declareOutcomes(): void {
  readCounterOf(metrics.events, () => events);
}

export function countOutcome(outcome: Outcome, count = 1): void {
  events[outcome] += count;
}

export function outcomeOf(problem: Problem): Outcome {
  if (problem.retryAfterSeconds !== undefined) return outcomes.shed;
  return problem.kind.status < 500 ? outcomes.rejected : outcomes.failed;
}
