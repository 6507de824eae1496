import { parseEvent, parseListQuery } from '@hotpath/contract/event';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { messageCharsMax, problemFieldsMax, stackTraceCharsMax } from '@hotpath/contract/limits';
import { Problem } from '@hotpath/contract/problems';
import { describe, expect, test } from 'vitest';

const now = Date.parse('2024-06-01T12:00:00Z');
const parse = (event: unknown) => parseEvent(event, now);

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

// What the answer to each bad value is stands in the conformance suite; here is what no client sees.
describe('parsing an event', () => {
  test('fills in what was not said', () => {
    expect(parse({ message: 'Boom' })).toEqual({
      project: 'default',
      fingerprint: fingerprintV1({ message: 'Boom' }),
      message: 'Boom',
      stackTrace: null,
      eventId: null,
      level: 'error',
      environment: null,
      release: null,
      seenAtMs: now,
      truncated: [],
    });
  });

  test('keeps what was said and nothing else', () => {
    const said = {
      message: ' Boom ',
      stackTrace: 'Error\n    at f (/a.js:1:1)',
      eventId: 'a-1',
      level: 'fatal',
      environment: 'production',
      release: '1.2.3',
    };
    const event = parse({ ...said, occurredAt: '2024-06-01T13:00:00.5+02:00', other: 1 });
    expect(event).toEqual({
      ...said,
      project: 'default',
      fingerprint: fingerprintV1(said),
      seenAtMs: Date.parse('2024-06-01T11:00:00.500Z'),
      truncated: [],
    });
  });

  test('a time in the future is the time of receipt, one before the epoch is the epoch', () => {
    expect(parse({ message: 'x', occurredAt: '2024-06-01T12:00:00.001Z' }).seenAtMs).toBe(now);
    expect(parse({ message: 'x', occurredAt: '1900-01-01T00:00:00Z' }).seenAtMs).toBe(0);
  });

  test('the fingerprint is made from what is stored, so a longer tail makes no other issue', () => {
    const message = 'word '.repeat(messageCharsMax / 4);
    const whole = parse({ message: message.slice(0, messageCharsMax) });
    expect(parse({ message: `${message} more` }).fingerprint).toBe(whole.fingerprint);
  });

  test('no cut at any place leaves half a surrogate pair', () => {
    for (let before = messageCharsMax - 3; before <= messageCharsMax; before++) {
      const { message } = parse({ message: `${'x'.repeat(before)}😀😀😀` });
      expect(message.isWellFormed()).toBe(true);
      expect(message.length).toBeLessThanOrEqual(messageCharsMax);
      expect(message.length).toBeGreaterThanOrEqual(messageCharsMax - 1);
      expect(message).not.toContain('\ufffd');
    }
  });

  test('says what it cut', () => {
    const long = { message: 'x'.repeat(messageCharsMax + 1), stackTrace: 'x' };
    expect(parse(long).truncated).toEqual(['message']);
    const both = { ...long, stackTrace: 'x'.repeat(stackTraceCharsMax + 1) };
    expect(parse(both).truncated).toEqual(['message', 'stackTrace']);
  });

  test('a refusal quotes no value', () => {
    const secret = 'hunter2 hunter2';
    const event = { message: [secret], eventId: secret, level: secret, occurredAt: secret };
    const problem = problemOf(() => parse({ ...event, environment: secret.repeat(9) }));
    expect(problem.errors?.map(({ field }) => field)).toEqual([
      'message',
      'eventId',
      'level',
      'environment',
      'occurredAt',
    ]);
    expect(JSON.stringify(problem.body())).not.toContain('hunter2');
    expect(problem.errors?.length).toBeLessThanOrEqual(problemFieldsMax);
  });
});

describe('parsing a list query', () => {
  test('has defaults', () => {
    expect(parseListQuery({})).toEqual({ sort: 'lastSeen', limit: 20 });
  });

  test('names every bad parameter at once', () => {
    const problem = problemOf(() => parseListQuery({ sort: 'x', limit: 'y', search: '' }));
    expect(problem.kind.code).toBe('HP_INVALID_QUERY');
    expect(problem.errors?.map(({ field }) => field)).toEqual(['sort', 'limit', 'search']);
  });
});
