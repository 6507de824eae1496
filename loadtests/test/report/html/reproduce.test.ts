import { reproduceCommand } from '@hotpath/loadtests/report/html/reproduce';
import { parseRunConfig } from '@hotpath/loadtests/run-config';
import { parseStudyConfig } from '@hotpath/loadtests/study-config';
import { expect, test } from 'vitest';
import { entry, studyRecord } from '../record-fixture.js';
import { fullRun, fullStudy } from './full-record.js';

function argumentsOf(command: string, name: string): string[] {
  const [program, first, ...rest] = command.split(' ');
  expect([program, first]).toEqual(['./hotpath', name]);
  return rest;
}

test('the command of a study is understood as the same plan', () => {
  const record = fullStudy();
  record.plan.fault = 'row-lock';
  const config = parseStudyConfig(argumentsOf(reproduceCommand(record), 'study'));
  const { seed, blocks, measureSeconds, warmUpSeconds, entries } = record.plan;
  expect(config).toMatchObject({
    ...{ seed, blocks, measureSeconds, warmUpSeconds, ratePerSecond: 1_200, rig: 'native' },
    entries: entries.map(({ label, arm }) => ({ label, arm })),
    ...{ aa: false, fault: 'row-lock', observe: 'no' },
  });
});

test('of an arm against itself too', () => {
  const entries = [entry('floor'), entry('async', 'async-a'), entry('async', 'async-b')];
  const record = studyRecord({ entries, blocks: [], aa: true });
  const config = parseStudyConfig(
    argumentsOf(reproduceCommand({ ...record, plan: { ...record.plan, blocks: 3 } }), 'study'),
  );
  expect(config.aa).toBe(true);
  expect(config.entries.map(({ label }) => label)).toEqual(['floor', 'async-a', 'async-b']);
});

test('of one that was slowed on purpose, and of one that stopped by its own rule', () => {
  const slowed = { ...entry('floor', 'floor-b'), plantedShare: 0.01 };
  const stop = { width: 0.075, blocksMin: 5, blocksMax: 12 };
  const planted = studyRecord({
    ...{ entries: [entry('floor', 'floor-a'), slowed], blocks: [], aa: true },
    plan: { judgedBy: 'cpu', stop, blocks: 7 },
  });
  expect(parseStudyConfig(argumentsOf(reproduceCommand(planted), 'study'))).toMatchObject({
    entries: [{ label: 'floor-a' }, { label: 'floor-b', plantedShare: 0.01 }],
    ...{ judgedBy: 'cpu', stop, blocks: 12 },
  });
});

test('the command of a run names the arm or the address', () => {
  const remote = fullRun();
  const url = remote.plan.entries[0]?.label;
  expect(parseRunConfig(argumentsOf(reproduceCommand(remote), 'run'))).toMatchObject({ url });
  const own = { ...remote, plan: { ...remote.plan, rig: 'native', entries: [entry('naive')] } };
  expect(parseRunConfig(argumentsOf(reproduceCommand(own), 'run'))).toMatchObject({
    ...{ arm: 'naive', url: null, seed: own.plan.seed, ratePerSecond: 1_200, seconds: 10 },
  });
});

test('a record can put no second command into the first', () => {
  const record = fullRun();
  record.plan.entries = [entry('remote', "http://x/'; touch /tmp/x; echo '")];
  expect(reproduceCommand(record)).toContain(`--url 'http://x/'\\''; touch /tmp/x; echo '\\'''`);
});
