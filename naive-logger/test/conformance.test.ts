import { conformance } from '@hotpath/contract/conformance/conformance';
import { metrics } from '@hotpath/contract/metrics';
import { openBreakableStage, openStage } from '@hotpath/loadtests/rig/stage';
import { inject } from 'vitest';

conformance({
  env: {},
  openStage: (options) => openStage('naive', inject('stores'), options),
  openBreakableStage: (options) => openBreakableStage('naive', options),
  promises: {
    receipt: 'saved',
    retriedEventCountsOnce: false,
    inFlightBound: null,
    neededStore: 'mysql',
  },
  metrics: {
    api: [
      metrics.events,
      metrics.ackSeconds,
      metrics.requestPhaseSeconds,
      metrics.eventLoopBusySeconds,
      metrics.timerDelaySeconds,
      metrics.inFlightEvents,
      metrics.poolConnections,
      metrics.poolPendingRequests,
      metrics.poolWaitSeconds,
      metrics.storeSeconds,
    ],
    worker: [],
  },
});
