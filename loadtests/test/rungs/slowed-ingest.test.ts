import { createHash } from 'node:crypto';
import type { IngestedEvent } from '@hotpath/contract/event';
import { PhaseClock } from '@hotpath/contract/phase-clock';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { costOf } from '@hotpath/loadtests/rig/host';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { FloorIngest } from '@hotpath/loadtests/rungs/floor';
import { SlowedIngest } from '@hotpath/loadtests/rungs/slowed-ingest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closedLoad } from '../closed-load.ts';

let rig: RigDirectory;

beforeAll(async () => {
  rig = await openTemporaryRigDirectory('slowed');
});

afterAll(() => rig.close());

function startFloor(env: Record<string, string>): Promise<Arm> {
  const nowhere = { url: () => '' };
  return startArm('floor', {
    ...{ dir: rig, mysql: nowhere, redis: { url: '' }, database: '', env },
  });
}

const cpuOf = ({ api }: Arm) => costOf([api.pid])?.cpuMicroseconds ?? Number.NaN;

/** The kernel tells CPU time in jumps of some milliseconds when others want the core: what one burn may overshoot. */
const jumpMicrosMax = 20_000;

test.each([0.1, 1])('what is burnt is %f of what the process needed itself', async (share) => {
  const slowed = new SlowedIngest(new FloorIngest(), share);
  const event = {} as IngestedEvent;
  const clock = new PhaseClock(0);
  const cpuMicros = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const before = cpuMicros();
  let own = 0;
  while (own < 400_000) {
    createHash('sha256').update(Buffer.alloc(50_000)).digest();
    await slowed.ingest(event, clock);
    own = cpuMicros() - before - slowed.burntMicros;
  }
  expect(Math.abs(slowed.burntMicros - share * own)).toBeLessThan(jumpMicrosMax);
});

test('the setting of a floor slows it, and none does unasked', async () => {
  const arms = await Promise.all([startFloor({}), startFloor({ PLANTED_SHARE: '1' })]);
  for (const { url } of arms) await closedLoad(url, { connections: 4, forMs: 500 });
  // By turns, so that whatever else the machine does slows both.
  const used = arms.map(() => ({ micros: 0, requests: 0 }));
  for (let round = 0; round < 4; round += 1) {
    for (const [i, arm] of arms.entries()) {
      const before = cpuOf(arm);
      const { requests } = await closedLoad(arm.url, { connections: 4, forMs: 250 });
      const own = used[i] ?? { micros: 0, requests: 0 };
      own.micros += cpuOf(arm) - before;
      own.requests += requests;
    }
  }
  const [plain = Number.NaN, doubled = Number.NaN] = used.map(
    ({ micros, requests }) => micros / requests,
  );
  // Twice and more: what comes later also comes with less company, and costs more each.
  expect(doubled / plain).toBeGreaterThan(1.5);
});

test('a share that is none is refused before the port opens', async () => {
  await expect(startFloor({ PLANTED_SHARE: '10%' })).rejects.toThrow('PLANTED_SHARE');
});
