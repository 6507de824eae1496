import { isEnough } from '@hotpath/loadtests/report/resolution';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import type { RunRecord } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { broken, entry, type RunFigures, studyRecord } from './record-fixture.js';

/** Two floors, of which the second costs and takes so many times as much in each block. */
function twins(times: readonly number[], plan: Partial<RunRecord['plan']> = {}, planted?: number) {
  const second = entry('floor', 'floor-b');
  return studyRecord({
    entries: [
      entry('floor', 'floor-a'),
      planted === undefined ? second : { ...second, plantedShare: planted },
    ],
    blocks: times.map(
      (each): Record<string, RunFigures> => ({
        'floor-a': { p95: 2, cpu: 100 },
        'floor-b': { p95: 2 * each, cpu: 100 * each },
      }),
    ),
    ...{ aa: true, plan },
  });
}

const textOf = (record: RunRecord) => verdictOf(record).sentences.join('\n');
const near = (center: number, spread: number) =>
  [-1, 0, 1, -0.5, 0.5].map((off) => center * Math.exp(off * spread));

test('a planted slowdown that is found is said with its size and interval', () => {
  const record = twins(near(1.1, 0.02), { judgedBy: 'cpu' }, 0.1);
  expect(verdictOf(record).kind).toBe('slower');
  expect(textOf(record)).toMatch(
    /^Found: floor-b was made to burn 10 % more CPU than floor-a, and its CPU an event shows it: 110 µs against 100 µs \(\+10 %, 95 % interval \+7\.\d % to \+12 %, 5 blocks\)\./,
  );
});

test('a planted slowdown below what can be seen is no difference', () => {
  const record = twins(near(1.01, 0.02), { judgedBy: 'cpu' }, 0.01);
  expect(verdictOf(record).kind).toBe('no difference');
  expect(textOf(record)).toMatch(/^No difference seen: floor-b was made to burn 1 % more CPU/);
});

test('an arm that got cheaper by being slowed shows that the rig is wrong', () => {
  expect(verdictOf(twins(near(0.9, 0.02), { judgedBy: 'cpu' }, 0.1)).kind).toBe('A/A broken');
});

test('two floors under two names are held against each other', () => {
  expect(verdictOf(twins(near(1, 0.1))).kind).toBe('A/A holds');
  expect(verdictOf(twins(near(1.5, 0.1))).kind).toBe('A/A broken');
});

test('a study that is judged by cost says so, whatever its p95', () => {
  const blocks = near(2, 0.01).map((each) => ({
    floor: { p95: 1 },
    naive: { p95: 20, cpu: 100 * each },
    async: { p95: 20, cpu: 100 },
  }));
  const record = studyRecord({ blocks, plan: { judgedBy: 'cpu' } });
  expect(verdictOf(record).kind).toBe('faster');
  expect(textOf(record)).toMatch(
    /^async is better than naive in CPU an event: 100 µs against 200 µs \(/,
  );
  const even = studyRecord({ blocks, plan: { judgedBy: 'throughput' } });
  expect(verdictOf(even).kind).toBe('no difference');
});

test('an interval that is wider than wanted says how many blocks it takes', () => {
  // s = 0.158: t(4) · s / √5 is ±22 %; t(12) · s / √13 = 0.0955 is just above ln 1.1 = 0.0953.
  expect(textOf(twins(near(1, 0.2)))).toContain(
    'The interval of p95 is ±22 % after 5 blocks; for ±10 %: that takes about 14 blocks like these (--blocks 14)',
  );
  const asked = twins(near(1, 0.2), { stop: { width: 0.2, blocksMin: 5, blocksMax: 5 } });
  expect(textOf(asked)).toContain('wider than the ±20 % asked for: that takes about 6 blocks');
  const reached = twins(near(1, 0.2), { stop: { width: 0.3, blocksMin: 5, blocksMax: 5 } });
  expect(textOf(reached)).toContain('is ±22 % after 5 blocks; ±30 % was asked for');
  expect(textOf(twins(near(1, 0.02)))).not.toContain('--blocks');
});

test('every study tells what it could not have seen', () => {
  const text = renderTerminal(twins(near(1, 0.2))).replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Smallest difference that 5 blocks of floor-a and floor-b can show: p95 ±22 %, throughput ±0.0 %, CPU an event ±22 %.',
  );
});

test('where only multiples can be seen they are said as a factor', () => {
  const blocks = [1, 9, 3].map((each) => ({
    floor: { p95: 1 },
    naive: { p95: 20 },
    async: { p95: each },
  }));
  const text = renderTerminal(studyRecord({ blocks })).replaceAll(/\s+/g, ' ');
  expect(text).toContain('3 blocks of naive and async can show: p95 a factor of 15, throughput');
});

const stop = { width: 0.1, blocksMin: 5, blocksMax: 12 };
const spread = near(1, 0.1); // of which t(4) · 0.079 makes 5.3 blocks for ±10 %

test('a study has enough blocks when its first ones say so, and never before there are as many', () => {
  expect(isEnough(twins(spread.slice(0, 4), { stop }))).toBe(false);
  expect(isEnough(twins(spread, { stop }))).toBe(false);
  expect(isEnough(twins([...spread, 1], { stop }))).toBe(true);
  expect(isEnough(twins(near(1, 0.05), { stop }))).toBe(true);
  expect(isEnough(twins([...spread, 1]))).toBe(false);
});

test('what comes after the first blocks has no say in when it ends', () => {
  expect(isEnough(twins([...spread, 9], { stop }))).toBe(true);
});

test('an invalid block does not count', () => {
  const record = twins([...spread, 1], { stop });
  record.runs.find(({ block }) => block === 2)?.checks.push(broken);
  expect(isEnough(record)).toBe(false);
});

test('the interval of a study that may stop takes its spread from the blocks that decided', () => {
  const wide = twins([...spread, 4], { stop });
  expect(textOf(wide)).toContain('judged by the spread of the first 5, which decide how many');
  expect(textOf(wide)).toMatch(/The interval of p95 is ±9\.\d % after 6 blocks/);
});
