import { raceForCount, raceForFirstSight } from '@hotpath/contract/conformance/race-schedule';
import type { Stage } from '@hotpath/contract/conformance/service';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const rounds = 5;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage('async', inject('stores'), {
    name: 'async-race',
    env: { SYNC_INTERVAL_MS: '100' },
  });
});

afterAll(() => stage?.close());

test('of two events of one issue at once, both acknowledged, none is lost: every time', async () => {
  for (let round = 1; round <= rounds; round++) {
    const kept = { statuses: [200, 200], blocked: 0, stored: 3, shown: 3 };
    expect(await raceForCount(stage)).toEqual(kept);
  }
});

test('of the first two events of an issue at once, both are counted: every time', async () => {
  for (let round = 1; round <= rounds; round++) {
    const kept = { statuses: [200, 200], blocked: 0, stored: 2, shown: 2 };
    expect(await raceForFirstSight(stage)).toEqual(kept);
  }
});
