/** What a page of metrics must have, whatever the arm: its own series come on top. */
import { metrics } from '@hotpath/contract/metrics';

/** Of any process with a connection to MySQL. */
export const processMetrics = [
  metrics.eventLoopBusySeconds,
  metrics.timerDelaySeconds,
  metrics.bodyBytes,
  metrics.poolConnections,
  metrics.poolPendingRequests,
  metrics.poolWaitSeconds,
] as const;

/** Of an API that stores events. */
export const apiMetrics = [
  ...processMetrics,
  metrics.events,
  metrics.limitedEvents,
  metrics.overflowEvents,
  metrics.ackSeconds,
  metrics.requestPhaseSeconds,
  metrics.inFlightEvents,
  metrics.storeSeconds,
] as const;
