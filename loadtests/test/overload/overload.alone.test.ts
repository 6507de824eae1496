/** The flood in small. How much of its capacity the arm keeps is held loosely: this lasts seconds, not a minute. */
import {
  type Overload,
  type OverloadPhase,
  performOverload,
} from '@hotpath/loadtests/overload/overload';
import { promisesOf, renderOverload } from '@hotpath/loadtests/overload/overload-text';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';

const options = {
  ...{ seconds: 3, besideSeconds: 1, boundEvents: 16, floodConnections: 400 },
  ...{ fsyncMs: 20, seed: 7 },
};
let dir: RigDirectory;
let overload: Overload;
const phase = (name: string) => overload.phases.find((each) => each.name === name) as OverloadPhase;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('overload');
  overload = await performOverload(options, dir, new AbortController().signal);
});

afterAll(() => dir?.close());

test('what is too much is refused at once with a time to come back, and nobody is left without an answer', () => {
  const { load, probed } = phase('flood');
  expect(load.refused).toBeGreaterThan(load.answered / 4);
  expect([load.socketErrors, probed.failed]).toEqual([0, 0]);
  expect(probed.shedMsMax).toBeLessThan(5_000); // a machine that others use too
  for (const seconds of probed.retryAfterSeconds) expect(seconds).toBeGreaterThanOrEqual(1);
});

test('what is accepted is about as much as without the flood, and about as fast', () => {
  const [normal, capacity, flood] = [phase('normal'), phase('capacity'), phase('flood')];
  expect(flood.offeredPerSecond).toBeGreaterThan(2 * capacity.acceptedPerSecond);
  expect(flood.acceptedPerSecond).toBeGreaterThan(0.5 * capacity.acceptedPerSecond);
  expect(flood.probed.p99Ms).toBeLessThan(10 * (normal.probed.p99Ms ?? 0));
  expect(flood.rssBytesMax - capacity.rssBytesMax).toBeLessThan(100 * 1_048_576);
});

test('all that was acknowledged is stored, once, and after the flood it is as before', () => {
  const { acknowledged, unknown, stored } = overload.ledger;
  expect(stored).toBeGreaterThanOrEqual(acknowledged);
  expect(stored).toBeLessThanOrEqual(acknowledged + unknown);
  expect(phase('after').probed.shed).toBe(0);
});

test('each promise is told as kept or broken, and none of a flood that was too small', () => {
  const floodOf = (change: Partial<OverloadPhase>): Overload => ({
    ...overload,
    phases: overload.phases.map((each) => (each.name === 'flood' ? { ...each, ...change } : each)),
  });
  const offeredPerSecond = 20 * phase('capacity').acceptedPerSecond;
  const lost = { ...floodOf({ offeredPerSecond, acceptedPerSecond: 1 }) };
  expect(promisesOf(lost)?.map(({ kept }) => kept)[0]).toBe(false);
  expect(renderOverload(lost)).toMatch(/BROKEN goodput \d/);
  expect(renderOverload(floodOf({ offeredPerSecond: 1 }))).toContain('void: a flood must be 10 ×');
});
