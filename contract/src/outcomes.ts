/** The closed list of an event's fates, as the service sees them. Imports nothing. */

/** Every event that reaches a service ends in exactly one of these; `hotpath_events_total` counts it. */
export const outcomes = {
  /** Acknowledged and added to its issue. */
  counted: 'counted',
  /** Acknowledged; its event id was seen before, so nothing was added. */
  duplicate: 'duplicate',
  /** Refused for its content: 4xx. Not stored. */
  rejected: 'rejected',
  /** Refused for load or quota: 429 or 503 with Retry-After. Not stored. */
  shed: 'shed',
  /** Any other 5xx: it may or may not be stored. */
  failed: 'failed',
} as const;

export type Outcome = (typeof outcomes)[keyof typeof outcomes];
