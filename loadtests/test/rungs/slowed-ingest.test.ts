import { startArm } from '@hotpath/loadtests/rig/arm';
import { costOf } from '@hotpath/loadtests/rig/host';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closedLoad } from '../closed-load.ts';

let rig: RigDirectory;

beforeAll(async () => {
  rig = await openTemporaryRigDirectory('slowed');
});

afterAll(() => rig.close());

/** CPU microseconds of the process for one request, once it is warm. */
async function microsPerRequest(env: Record<string, string>): Promise<number> {
  const nowhere = { url: () => '' };
  const arm = await startArm('floor', {
    ...{ dir: rig, mysql: nowhere, redis: { url: '' }, database: '', env },
  });
  try {
    const load = { connections: 4, forMs: 700 };
    await closedLoad(arm.url, load);
    const cpu = () => costOf([arm.api.pid])?.cpuMicroseconds ?? Number.NaN;
    const before = cpu();
    const { requests } = await closedLoad(arm.url, load);
    return (cpu() - before) / requests;
  } finally {
    await arm.stop();
  }
}

test('a planted slowdown costs the share that it says, and none is there unasked', async () => {
  const plain = await microsPerRequest({});
  const doubled = await microsPerRequest({ PLANTED_SHARE: '1' });
  expect(doubled / plain).toBeGreaterThan(1.6);
  expect(doubled / plain).toBeLessThan(2.5);
});

test('a share that is none is refused before the port opens', async () => {
  await expect(microsPerRequest({ PLANTED_SHARE: '10%' })).rejects.toThrow('PLANTED_SHARE');
});
