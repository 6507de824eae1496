import { audit, type StoredIssue, type Violation } from '@hotpath/loadtests/chaos/audit';
import { type Attempt, type Fate, Told } from '@hotpath/loadtests/chaos/told';
import { describe, expect, test } from 'vitest';

const attempt = (fate: Fate): Attempt => ({ fate, atMs: 0, ms: 1, answer: '' });

/** Events of one issue, each by the fates of its attempts. */
function toldOf(message: string, ...events: readonly (readonly Fate[])[]): Told {
  const told = new Told();
  events.forEach((fates, i) => {
    const event = { project: 'default', message, eventId: `${message}-${i}` } as const;
    told.add({ event, attempts: fates.map(attempt) });
  });
  return told;
}

function violations(told: Told, count: number, before = 0): Violation[] {
  const [issue] = told.issues.values();
  const { fingerprint = '', message = '' } = issue ?? {};
  const stored = (n: number): [string, StoredIssue][] =>
    n === 0 ? [] : [[fingerprint, { count: n, message }]];
  return audit(told, new Map(stored(before)), new Map(stored(before + count)));
}

const kindsOf = (found: readonly Violation[]) => found.map(({ kind }) => kind);

describe('an event with an issue of its own', () => {
  test.each<[Fate[], number, string[]]>([
    [['acknowledged'], 1, []],
    [['acknowledged'], 0, ['lost']],
    [['acknowledged'], 2, ['doubled']],
    [['refused'], 0, []],
    [['refused'], 1, ['refused but stored']],
    [['refused', 'refused'], 1, ['refused but stored']],
    [['unknown'], 0, []],
    [['unknown'], 1, []],
    [['unknown'], 2, ['doubled']],
    [['refused', 'unknown'], 1, []],
    [['refused', 'unknown', 'acknowledged'], 1, []],
    [['refused', 'unknown', 'acknowledged'], 0, ['lost']],
    [['acknowledged', 'unknown'], 1, []],
    [['acknowledged', 'acknowledged'], 2, ['doubled']],
  ])('told %j and stored %i times: %j', (fates, stored, expected) => {
    expect(kindsOf(violations(toldOf('own', fates), stored))).toEqual(expected);
  });
});

describe('events that share an issue are held by bounds', () => {
  const told = () => toldOf('shared', ['acknowledged'], ['acknowledged'], ['unknown'], ['refused']);

  test.each([
    [1, ['lost']],
    [2, []],
    [3, []],
    [4, ['doubled']],
  ])('%i stored: %j', (stored, expected) => {
    expect(kindsOf(violations(told(), stored))).toEqual(expected);
    expect(kindsOf(violations(told(), stored, 7))).toEqual(expected); // beside those of earlier
  });
});

test('a violation names the issue, what was told and stored, and each attempt of its events', () => {
  const [found] = violations(toldOf('own', ['unknown', 'acknowledged']), 0);
  expect(found?.fact).toMatch(
    /^[0-9a-f]{64} 'own': 1 acknowledged, 0 unknown, 0 refused, and 0 stored$/,
  );
  expect(found?.events[0]).toMatchObject({
    event: { eventId: 'own-0' },
    attempts: [{ fate: 'unknown' }, { fate: 'acknowledged' }],
  });
});

test('an issue that nobody sent is told, and one that was there before and stayed is not', () => {
  const old: [string, StoredIssue] = ['a', { count: 3, message: 'old' }];
  const stranger: [string, StoredIssue] = ['b', { count: 1, message: 'stranger' }];
  const found = audit(new Told(), new Map([old]), new Map([old, stranger]));
  expect(kindsOf(found)).toEqual(['of nobody']);
  expect(found[0]?.fact).toContain('stranger');
});

test('a row with another content than was sent is told', () => {
  const told = toldOf('own', ['acknowledged']);
  const [fingerprint = ''] = told.issues.keys();
  const found = audit(told, new Map(), new Map([[fingerprint, { count: 1, message: 'lost' }]]));
  expect(kindsOf(found)).toEqual(['content']);
});
