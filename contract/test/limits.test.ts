import * as limits from '@hotpath/contract/limits';
import { metrics } from '@hotpath/contract/metrics';
import { outcomes } from '@hotpath/contract/outcomes';
import { Problem, problems } from '@hotpath/contract/problems';
import { describe, expect, test } from 'vitest';

describe('limits', () => {
  test('are positive whole numbers with their unit in the name', () => {
    const units =
      /(Chars|Bytes|Events|Fields|Rows|Ms|Seconds|Requests|[cC]onnections|Projects|Keys|PerProject|PerMinute)(Min|Max|Default|MaxDefault|InFlightMax)?$/;
    for (const [name, value] of Object.entries(limits)) {
      expect(name).toMatch(units);
      expect([name, Number.isInteger(value) && value > 0]).toEqual([name, true]);
    }
  });

  test('a full event fits its body, written as plainly as JSON allows', () => {
    const event = {
      message: 'x'.repeat(limits.messageCharsMax),
      stackTrace: 'x'.repeat(limits.stackTraceCharsMax),
      eventId: 'x'.repeat(limits.eventIdCharsMax),
      level: 'warning',
      environment: 'x'.repeat(limits.environmentCharsMax),
      release: 'x'.repeat(limits.releaseCharsMax),
      occurredAt: new Date().toISOString(),
    };
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(limits.bodyBytesMax);
  });

  test('what is stored fits its column', () => {
    const textBytesMax = 65_535; // TEXT; four bytes are the most that a character takes
    expect(limits.messageCharsMax * 4).toBeLessThanOrEqual(textBytesMax);
  });

  test('a wait for the pool ends before a drain does, or the drain could not finish its work', () => {
    expect(limits.poolWaitMsMax).toBeLessThanOrEqual(limits.drainMsMaxDefault);
  });

  test('a page is at most as long as asked, and the default is a page', () => {
    expect(limits.pageRowsDefault).toBeLessThanOrEqual(limits.pageRowsMax);
  });
});

describe('the catalogue of problems', () => {
  const kinds = Object.values(problems);

  test('has a code for each, and one each', () => {
    expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length);
    for (const { code, title } of kinds) {
      expect(code).toMatch(/^HP_[A-Z_]+$/);
      expect(title).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('tells a client to retry what may succeed later, and nothing that is its own mistake', () => {
    for (const { code, status, retryable } of kinds) {
      const mayPass = status >= 500 || status === 408 || status === 429;
      expect([code, retryable]).toEqual([code, mayPass]);
    }
  });

  test('says with Retry-After when, for 429 and 503 only: the outcome of 500 and 504 is unknown', () => {
    for (const kind of kinds) {
      const seconds = new Problem(kind, 'x').retryAfterSeconds;
      const told = kind.status === 429 || kind.status === 503;
      expect([kind.code, seconds !== undefined]).toEqual([kind.code, told]);
    }
  });

  test('cannot be changed by whoever holds one', () => {
    for (const kind of kinds) expect(Object.isFrozen(kind)).toBe(true);
  });
});

describe('the declared metrics', () => {
  const specs = Object.values(metrics);

  test('are named once, in base units, with counters ending in _total', () => {
    expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
    for (const { name, kind, help } of specs) {
      expect(name).toMatch(/^hotpath_[a-z_]+$/);
      expect(name).not.toMatch(/_(ms|milliseconds|kb|percent)(_|$)/);
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
      expect(help).toMatch(/\.$/);
    }
  });

  test('have buckets in ascending order where they are histograms, and nowhere else', () => {
    for (const { name, kind, buckets } of specs) {
      expect([name, buckets !== undefined]).toEqual([name, kind === 'histogram']);
      if (buckets) expect([...buckets].sort((a, b) => a - b)).toEqual(buckets);
    }
  });

  test('the help of the outcomes names all of them', () => {
    for (const outcome of Object.values(outcomes)) expect(metrics.events.help).toContain(outcome);
  });
});
