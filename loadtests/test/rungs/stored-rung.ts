/** What every rung that stores is held to: what naive promises, beside what it promises itself. */
import { conformance, type Promises } from '@hotpath/contract/conformance/conformance';
import { apiMetrics } from '@hotpath/contract/conformance/served-metrics';
import { openBreakableStage, openStage } from '@hotpath/loadtests/rig/stage';
import type { StoredRung } from '@hotpath/loadtests/rungs/stored.module';
import { inject } from 'vitest';

export function storedRungConforms(
  rung: StoredRung,
  inFlightBound: Promises['inFlightBound'],
): void {
  conformance({
    env: {},
    openStage: ({ name, ...options }) =>
      openStage(rung, inject('stores'), { name: `${rung}-${name}`, ...options }),
    openBreakableStage: ({ name, ...options }) =>
      openBreakableStage(rung, { name: `${rung}-${name}`, ...options }),
    promises: {
      receipt: 'saved',
      retriedEventCountsOnce: false,
      projectsApart: false,
      newIssuesBounded: false,
      inFlightBound,
      neededStore: 'mysql',
    },
    metrics: {
      api: apiMetrics,
      worker: [],
    },
  });
}
