/** The scenario in small, and what is said of it. */
import {
  loadsIn,
  type Neighbours,
  type NeighboursOptions,
  performNeighbours,
} from '@hotpath/loadtests/neighbours/neighbours';
import { promisesOf, renderNeighbours } from '@hotpath/loadtests/neighbours/neighbours-text';
import { parseNeighboursConfig } from '@hotpath/loadtests/neighbours-command';
import { k6Path } from '@hotpath/loadtests/rig/k6';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';

const options: NeighboursOptions = {
  ...{ arm: 'async', ratePerSecond: 20, floodTimes: 10, seconds: 3, seed: 3 },
};
let dir: RigDirectory;
let result: Neighbours;
beforeAll(async () => {
  dir = await openTemporaryRigDirectory('neighbours');
  result = await performNeighbours(options, dir, await k6Path(), new AbortController().signal);
});
afterAll(() => dir?.close());

test('a project at ten times its rate is held to it, and its neighbours are refused nothing', () => {
  expect(result.flooded.flooder?.outcomes.shed).toBeGreaterThan(400);
  expect(result.flooded.flooder?.outcomes.counted).toBeGreaterThan(50);
  expect(result.alone.flooder).toBeUndefined();
  for (const { kept, says } of promisesOf(result) ?? []) expect([says, kept]).toEqual([says, true]);
  expect(promisesOf(result)).toHaveLength(8);
  expect(renderNeighbours(result)).toMatch(/left +16 \/s +0 \/s/);
});

test('a promise that is broken is told, and a flood that was none gives no verdict', () => {
  const { left, flooder } = result.flooded;
  if (!left || !flooder) throw new Error('no load');
  const refused = { ...left, outcomes: { ...left.outcomes, shed: 1 } };
  const broken = { ...result, flooded: { ...result.flooded, left: refused } };
  expect(promisesOf(broken)?.[0]?.kept).toBe(false);
  expect(renderNeighbours(broken)).toContain('BROKEN left: 1 of its events refused');
  const lost = { ...result, stored: new Map([...result.stored, ['right', 1]] as const) };
  expect(renderNeighbours(lost)).toMatch(/BROKEN right: \d+ acknowledged, 1 stored/);
  const calm = { ...flooder, outcomes: { ...flooder.outcomes, shed: 0 } };
  const none = { ...result, flooded: { ...result.flooded, flooder: calm } };
  expect(promisesOf(none)).toBeNull();
  expect(renderNeighbours(none)).toContain('void: ');
});

test('a log is told apart by project, and what is no line of one is refused', () => {
  const loads = loadsIn('left 0 c 1000 1.500\nright 0 s 1001 0.500\nleft 1 c 1002 2.500\n');
  expect(loads.left).toMatchObject({ p95Ms: 2.5, outcomes: { counted: 2 } });
  expect(loads.right).toMatchObject({ p95Ms: null, outcomes: { shed: 1 } });
  expect(() => loadsIn('left 0 x 1 1\n')).toThrow('no line of a log');
});

test('its flags are read, and refused by name', () => {
  const read = parseNeighboursConfig(['--arm', 'naive', '--rate', '50', '--seconds', '2']);
  expect(read).toMatchObject({ arm: 'naive', ratePerSecond: 50, seconds: 2, floodTimes: 10 });
  expect(() => parseNeighboursConfig([])).toThrow('--arm');
  expect(() => parseNeighboursConfig(['--arm', 'floor'])).toThrow('--arm');
});
