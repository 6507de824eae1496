/** Counts each event's fate, once. */
import { counterOf } from '../instruments.js';
import { metrics } from '../metrics.js';
import { type Outcome, outcomes } from '../outcomes.js';
import type { Problem } from '../problems.js';

/** All at 0 from the start: a rate over a series that appears later misses its first increments. */
export function declareOutcomes(): void {
  for (const outcome of Object.values(outcomes)) counterOf(metrics.events).inc({ outcome }, 0);
}

export function countOutcome(outcome: Outcome, events = 1): void {
  counterOf(metrics.events).inc({ outcome }, events);
}

export function outcomeOf(problem: Problem): Outcome {
  if (problem.retryAfterSeconds !== undefined) return outcomes.shed;
  return problem.kind.status < 500 ? outcomes.rejected : outcomes.failed;
}
