import { CalmWaiter } from '@hotpath/loadtests/run/calm';
import { findRate } from '@hotpath/loadtests/run/probe';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

describe('waiting for calm', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Looks take half a second of virtual time and give what the host is said to do. */
  function waiter(coresAt: (ms: number) => number) {
    const start = performance.now();
    const notes: string[] = [];
    const look = async () => {
      await vi.advanceTimersByTimeAsync(500);
      return coresAt(performance.now() - start);
    };
    return { notes, calm: new CalmWaiter({ note: (text) => notes.push(text) }, [], look) };
  }

  test('a calm host is looked at once', async () => {
    const { calm, notes } = waiter(() => 0.2);
    expect(await calm.wait()).toEqual({ backgroundCores: 0.2, waitedMs: 500 });
    expect(notes).toEqual([]);
  });

  test('it goes on as soon as the host is calm, and says what it waits for meanwhile', async () => {
    const { calm, notes } = waiter((ms) => (ms < 3_000 ? 0.74 : 0.01));
    expect(await calm.wait()).toEqual({ backgroundCores: 0.01, waitedMs: 3_000 });
    expect(notes[0]).toBe('others use 74 % of a core');
  });

  test('after 10 s it goes on anyway with what it saw, and after 30 s in all it waits no more', async () => {
    const { calm } = waiter(() => 1.5);
    const waits: number[] = [];
    for (let run = 1; run <= 5; run += 1) {
      const { backgroundCores, waitedMs } = await calm.wait();
      expect(backgroundCores).toBe(1.5);
      waits.push(waitedMs);
    }
    expect(waits).toEqual([10_000, 10_000, 10_000, 500, 500]);
  });
});

describe('the rate that this box can carry', () => {
  const carries = (most: number) => async (rate: number) =>
    rate <= most ? null : 'left 3.1 % of the arrivals undone';

  test('is the asked one when the floor carries it, and nothing is said', async () => {
    expect(await findRate(1_200, carries(1_200))).toEqual({ ratePerSecond: 1_200, reason: '' });
  });

  test('is lowered to a round one, with the reason', async () => {
    const { ratePerSecond, reason } = await findRate(1_200, carries(700));
    expect(ratePerSecond).toBe(580);
    expect(reason).toContain('580 arrivals a second for all arms, not the 1,200 asked for');
    expect(reason).toContain('at 840 the floor alone left 3.1 %');
  });

  test('is looked for five times at most, and is never below what can be offered', async () => {
    const tried: number[] = [];
    const { ratePerSecond } = await findRate(20_000, async (rate) => {
      tried.push(rate);
      return 'fails';
    });
    expect(tried).toEqual([20_000, 14_000, 9_800, 6_800, 4_700]);
    expect(ratePerSecond).toBe(4_700);
    expect((await findRate(1, carries(0))).ratePerSecond).toBe(1);
  });
});
