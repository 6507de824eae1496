import { raceForCount, raceForFirstSight } from '@hotpath/contract/conformance/race-schedule';
import type { Stage } from '@hotpath/contract/conformance/service';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const rounds = 5;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage('naive', inject('stores'), { name: 'naive-race' });
});

afterAll(() => stage?.close());

test('of two events of one issue at once, both acknowledged, one is lost: every time', async () => {
  for (let round = 1; round <= rounds; round++) {
    const lost = { statuses: [200, 200], blocked: 2, stored: 2, shown: 2 };
    expect(await raceForCount(stage)).toEqual(lost);
  }
});

test('of the first two events of an issue at once, one fails with 500: every time', async () => {
  for (let round = 1; round <= rounds; round++) {
    const failed = { statuses: [200, 500], blocked: 2, stored: 1, shown: 1 };
    expect(await raceForFirstSight(stage)).toEqual(failed);
  }
});
