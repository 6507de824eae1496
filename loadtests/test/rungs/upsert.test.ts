import { raceForCount, raceForFirstSight } from '@hotpath/contract/conformance/race-schedule';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { expect, inject, test } from 'vitest';
import { storedRungConforms } from './stored-rung.js';

storedRungConforms('upsert', null);

test('two events of one issue at once wait for one row lock, and both count: every time', async () => {
  const stage = await openStage('upsert', inject('stores'), { name: 'upsert-race' });
  try {
    for (let round = 1; round <= 5; round++) {
      const kept = { statuses: [200, 200], blocked: 2 };
      expect(await raceForCount(stage)).toEqual({ ...kept, stored: 3, shown: 3 });
      expect(await raceForFirstSight(stage)).toEqual({ ...kept, stored: 2, shown: 2 });
    }
  } finally {
    await stage.close();
  }
});
