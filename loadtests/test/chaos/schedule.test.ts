import { facesOf, faultKinds, nameOf } from '@hotpath/loadtests/chaos/fault-kinds';
import { drawSchedule, type Schedule } from '@hotpath/loadtests/chaos/schedule';
import { expect, test } from 'vitest';

const faces = facesOf(faultKinds);
const schedules = (from: number, count: number): Schedule[] =>
  Array.from({ length: count }, (_, i) => drawSchedule(from + i, faces));
const thousand = schedules(0, 1_000);

test('a seed draws the same schedule again, and another seed another one', () => {
  expect(drawSchedule(7, faces)).toEqual(drawSchedule(7, faces));
  expect(new Set(thousand.map((one) => JSON.stringify(one.faults))).size).toBe(thousand.length);
});

test('as many seeds in a row as there are faces draw each of them', () => {
  for (const from of [0, 123]) {
    const drawn = new Set(
      schedules(from, faces.length).flatMap(({ faults }) => faults.map(nameOf)),
    );
    expect([...drawn].sort()).toEqual(faces.map(nameOf).sort());
  }
});

test('twenty-five seeds in a row have every kind', () => {
  for (const from of [0, 13, 500]) {
    const drawn = new Set(
      schedules(from, 25).flatMap(({ faults }) => faults.map(({ kind }) => kind)),
    );
    expect([...drawn].sort()).toEqual([...faultKinds].sort());
  }
});

test('faults overlap, and no two have their hands on one process or link at once', () => {
  const spans = thousand.map(({ faults }) =>
    faults.map(({ atMs, lengthMs, ...face }) => ({ ...face, from: atMs, to: atMs + lengthMs })),
  );
  const overlapping = spans.filter((of) =>
    of.some((one, i) => of.slice(i + 1).some(({ from }) => from < one.to)),
  );
  expect(overlapping.length).toBeGreaterThan(300);
  for (const of of spans) {
    for (const target of ['api', 'worker', 'redis', 'mysql']) {
      const hands = of.filter(
        (one) =>
          ['kill', 'stop', 'freeze', 'power-cut'].includes(one.kind) &&
          (one.target.startsWith(target) || one.target === 'everything'),
      );
      hands.sort((a, b) => a.from - b.from);
      for (const [i, { from }] of hands.entries()) {
        if (i > 0) expect(from).toBeGreaterThan(hands[i - 1]?.to ?? Number.NaN);
      }
    }
  }
});

test('what breaks the journal comes while Redis is frozen, or the journal would be idle', () => {
  const journal = thousand
    .flatMap(({ faults }) => faults.map((fault) => ({ fault, faults })))
    .filter(({ fault }) => ['full-disk', 'slow-fsync', 'power-cut'].includes(fault.kind))
    .filter(({ fault }) => fault.target === 'api');
  expect(journal.length).toBeGreaterThan(50);
  for (const { fault, faults } of journal) {
    const frozen = faults.filter(({ kind, target }) => kind === 'freeze' && target === 'redis');
    expect(frozen.some(({ atMs }) => atMs < fault.atMs)).toBe(true);
  }
});

test('without a possible fault nothing is drawn', () => {
  expect(() => drawSchedule(1, [])).toThrow(RangeError);
});
