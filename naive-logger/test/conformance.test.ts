import { conformance } from '@hotpath/contract/conformance/conformance';
import { apiMetrics } from '@hotpath/contract/conformance/served-metrics';
import { openBreakableStage, openStage } from '@hotpath/loadtests/rig/stage';
import { inject } from 'vitest';

conformance({
  env: {},
  openStage: (options) => openStage('naive', inject('stores'), options),
  openBreakableStage: (options) => openBreakableStage('naive', options),
  promises: {
    receipt: 'saved',
    retriedEventCountsOnce: false,
    projectsApart: true,
    newIssuesBounded: false,
    inFlightBound: null,
    neededStore: 'mysql',
  },
  metrics: {
    api: apiMetrics,
    worker: [],
  },
});
