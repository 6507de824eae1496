/** The fault on a real server: who waits is counted, and nothing of the lock is left. */
import { acknowledged, post } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { RigError } from '@hotpath/loadtests/rig/rig-error';
import { openStage, type Stage } from '@hotpath/loadtests/rig/stage';
import { hottestFingerprint, InjectedFault } from '@hotpath/loadtests/run/injected-fault';
import { type HeldRow, holdRow } from '@hotpath/loadtests/run/row-lock.store';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { workload, workloadDefaults } from '../../k6/workload.ts';

const heldMs = 1_000;
/** One of the hottest issue's events. */
const hot = () => workload({ ...workloadDefaults, seed: 3, introduce: true })(0);

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('upsert', inject('stores'), { name: 'row-lock' });
});

afterAll(() => stage?.close());

test('without a row there is nothing to hold, and that is said', async () => {
  const held = holdRow(stage.databaseUrl, hottestFingerprint(), heldMs);
  await expect(held).rejects.toThrow(RigError);
});

test('writes of the row wait until it is let go, and are counted; others pass', async () => {
  const { service, databaseUrl } = stage;
  const { fingerprint } = await acknowledged(service.url, hot());
  expect(fingerprint).toBe(hottestFingerprint());
  const { holding } = await new Promise<{ holding: Promise<HeldRow> }>((resolve, reject) => {
    const holding = holdRow(databaseUrl, fingerprint, heldMs, () => resolve({ holding }));
    holding.catch(reject);
  });
  const other = await post(service.url, { message: 'another issue altogether' });
  const waiting = await Promise.all(
    [1, 2, 3].map(() => post(service.url, hot()).then(({ ms, status }) => ({ ms, status }))),
  );
  const held = await holding;
  expect(held.heldMs).toBeGreaterThanOrEqual(heldMs);
  // Three wait; one that comes after the last look at them, on a busy machine, is not in the figure.
  expect(held.waitingMax).toBeGreaterThanOrEqual(2);
  expect(other).toMatchObject({ status: 200 });
  expect(other.ms).toBeLessThan(heldMs);
  for (const { ms, status } of waiting) {
    expect(status).toBe(200);
    expect(ms).toBeGreaterThan(heldMs / 3); // sent a little later
  }
  expect((await storedCounts(databaseUrl)).get(fingerprint)).toBe(4);
});

test('a fault that nobody noticed makes the run void', async () => {
  const fault = new InjectedFault('row-lock', stage.databaseUrl);
  expect(fault.described).toBeNull();
  await fault.inject(0.3);
  expect(fault.described).toMatchObject({
    fault: { name: 'row-lock', startedAfterMs: 100, waitingMax: 0 },
    check: { holds: false, name: 'the fault moved something' },
  });
});
