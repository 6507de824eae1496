import { newIssuesPerMinuteDefault } from '@hotpath/contract/limits';
import { problems } from '@hotpath/contract/problems';
import { Projects } from '@hotpath/contract/projects';
import { TokenBuckets } from '@hotpath/contract/token-buckets';
import { describe, expect, test } from 'vitest';

const entry = (name: string, more: object = {}) => ({
  ...{ name, ingestKeys: [], readTokens: [], newIssuesPerMinute: newIssuesPerMinuteDefault },
  ...more,
});
const projects = new Projects([
  entry('shop', { eventsPerSecond: 2, burst: 4 }),
  entry('slow', { eventsPerSecond: 0.1, burst: 1 }),
  entry('free'),
]);

function at(instances = 1) {
  const clock = { ms: 0 };
  const buckets = new TokenBuckets(projects, instances, () => clock.ms);
  const takeAll = (name: string) => {
    let taken = 0;
    while (taken < 1_000 && buckets.take(name) === 0) taken++;
    return taken;
  };
  return { clock, buckets, takeAll };
}

describe('the token buckets of a process', () => {
  test('give a burst at once, then the rate, and never save more than the burst', () => {
    const { clock, takeAll } = at();
    expect(takeAll('shop')).toBe(4);
    clock.ms += 1_500;
    expect(takeAll('shop')).toBe(3);
    clock.ms += 3_600_000;
    expect(takeAll('shop')).toBe(4);
  });

  test('say in how many seconds the next token is there, and it is', () => {
    const { clock, buckets } = at();
    expect(buckets.take('slow')).toBe(0);
    expect(buckets.take('slow')).toBe(10);
    clock.ms += 3_500;
    expect(buckets.take('slow')).toBe(7);
    clock.ms += 6_500;
    expect(buckets.take('slow')).toBe(0);
  });

  test('are one a project', () => {
    const { takeAll } = at();
    expect([takeAll('shop'), takeAll('slow')]).toEqual([4, 1]);
  });

  test('refuse nothing of a project without a rate, or that nobody knows', () => {
    const { takeAll } = at();
    expect([takeAll('free'), takeAll('unknown')]).toEqual([1_000, 1_000]);
  });

  test('of several processes give no more together than one alone would', () => {
    const { clock, takeAll } = at(2);
    expect(takeAll('shop')).toBe(2);
    clock.ms += 2_000;
    expect(takeAll('shop')).toBe(2);
  });

  test('refuse with a problem that carries the time', () => {
    const { buckets } = at();
    buckets.assertToken('slow');
    expect(() => buckets.assertToken('slow')).toThrow(
      expect.objectContaining({ kind: problems.overRate, retryAfterSeconds: 10 }),
    );
  });
});
