import { checkBlock, checkDurability, checkRun } from '@hotpath/loadtests/run/checks';
import type { RecordedRun } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { entry, recordedRun } from '../report/record-fixture.js';

const floor = recordedRun(entry('floor'), 1, { p95: 1 });
const naive = recordedRun(entry('naive'), 1, { p95: 300, intended: null, lost: 900 });
const exact = recordedRun(entry('async'), 1, { p95: 3 });

function broken(run: RecordedRun): string[] {
  return checkRun(run, entry(run.arm))
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);
}

test('runs without fault pass, and the naive gap is a result, not a fault', () => {
  expect([floor, naive, exact].flatMap(broken)).toEqual([]);
});

const faults: [string, RecordedRun][] = [
  ['background load before the run', { ...exact, host: { ...exact.host, backgroundCores: 0.21 } }],
  ['background load during the run', { ...exact, host: { ...exact.host, othersCores: 0.21 } }],
  ['clock steady', { ...exact, clock: { stepMs: 101, largestGapMs: 0 } }],
  ['machine awake', { ...exact, clock: { stepMs: 0, largestGapMs: 2_001 } }],
  ['no process died unasked', { ...exact, deaths: [{ process: 'redis', how: 'SIGKILL' }] }],
  ['every attempt has one outcome', { ...exact, ledger: { ...exact.ledger, balanced: false } }],
  ['ledger closed', { ...exact, ledger: { ...exact.ledger, closed: false, lost: 1 } }],
  ['ledger closed', { ...exact, ledger: { ...exact.ledger, closed: null, stored: null } }],
  ['drained', { ...exact, drainMs: null }],
  [
    'something was acknowledged',
    { ...exact, load: { ...exact.load, outcomes: { ...exact.load.outcomes, counted: 0 } } },
  ],
  ['schedule kept', { ...exact, load: { ...exact.load, started: 11_000 } }],
  [
    'requests begun on time',
    { ...exact, load: { ...exact.load, lateMs: { p95: 2, p99: 51, max: 300 } } },
  ],
];

test.each(faults)('%s is what makes such a run invalid, and nothing else', (name, run) => {
  expect(broken(run)).toEqual([name]);
});

test('at its limit a rule still holds', () => {
  const host = { ...exact.host, backgroundCores: 0.2 };
  const clock = { stepMs: -100, largestGapMs: 2_000 };
  expect(broken({ ...exact, host, clock })).toEqual([]);
});

function brokenInBlock(runs: readonly RecordedRun[]): string[] {
  return checkBlock(runs)
    .flatMap(({ label, checks }) =>
      checks.filter((c) => !c.holds).map((c) => `${label}: ${c.name}`),
    )
    .sort();
}

test('a floor that drops arrivals makes its whole block invalid', () => {
  const starved = { ...floor, load: { ...floor.load, dropped: 13 } }; // of 12,000
  expect(brokenInBlock([naive, floor, exact])).toEqual([]);
  expect(brokenInBlock([naive, { ...floor, load: { ...floor.load, dropped: 12 } }])).toEqual([]);
  expect(brokenInBlock([naive, starved, exact])).toEqual([
    'async: generator not starved',
    'floor: generator not starved',
    'naive: generator not starved',
  ]);
});

test('a host without idle time under the floor makes its whole block invalid', () => {
  const busy = { ...floor, host: { ...floor.host, idleShare: 0.09 } };
  expect(brokenInBlock([exact, busy])).toEqual([
    'async: generator not busy',
    'floor: generator not busy',
  ]);
  const idle = { ...exact, host: { ...exact.host, idleShare: 0 } };
  expect(brokenInBlock([idle, floor])).toEqual([]);
});

test('a block without floor proves nothing', () => {
  expect(brokenInBlock([exact])).toHaveLength(2);
});

test('a server that does not write through makes runs invalid', () => {
  const settings = { appendfsync: 'everysec' };
  expect(checkDurability({ holds: true, settings }).holds).toBe(true);
  expect(checkDurability({ holds: false, settings })).toMatchObject({
    holds: false,
    seen: 'appendfsync=everysec',
  });
});
