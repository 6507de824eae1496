import { conformance } from '@hotpath/contract/conformance/conformance';
import { apiMetrics, processMetrics } from '@hotpath/contract/conformance/served-metrics';
import { metrics } from '@hotpath/contract/metrics';
import { openBreakableStage, openStage } from '@hotpath/loadtests/rig/stage';
import { inject } from 'vitest';

/** Tests wait for syncs; at the default they would wait for 2 s each time. */
const env = { SYNC_INTERVAL_MS: '100' };

conformance({
  env,
  openStage: (options) => openStage('async', inject('stores'), options),
  openBreakableStage: (options) => openBreakableStage('async', options),
  promises: {
    receipt: 'queued',
    retriedEventCountsOnce: true,
    projectsApart: true,
    newIssuesBounded: true,
    inFlightBound: { env: { IN_FLIGHT_EVENTS_MAX: '8' }, events: 8 },
    neededStore: null,
  },
  metrics: {
    api: [
      ...apiMetrics,
      metrics.batchEvents,
      metrics.batchResends,
      metrics.mode,
      metrics.journalBytes,
      metrics.journalBatches,
      metrics.redisDataLosses,
      metrics.firstSights,
    ],
    worker: [
      ...processMetrics,
      metrics.firstSightsStored,
      metrics.syncRows,
      metrics.syncChunks,
      metrics.syncSeconds,
      metrics.syncFailingSeconds,
      metrics.backlogEvents,
      metrics.syncLagSeconds,
      metrics.jobs,
      metrics.jobWaitSeconds,
      metrics.jobRunSeconds,
    ],
  },
});
