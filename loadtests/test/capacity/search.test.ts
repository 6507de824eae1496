import type { StepPart } from '@hotpath/loadtests/capacity/capacity-record';
import { type SearchBounds, searchCapacity } from '@hotpath/loadtests/capacity/search';
import { describe, expect, test } from 'vitest';

const bounds: SearchBounds = {
  ...{ firstPerSecond: 250, leastPerSecond: 10, mostPerSecond: 8_000, resolutionShare: 0.05 },
};

/** Searches a service that holds up to a rate, and notes what was tried. */
async function searched(
  holdsUpTo: number,
  { hiccups = [], ...changed }: Partial<SearchBounds> & { hiccups?: number[] } = {},
) {
  const tried: [number, StepPart][] = [];
  const found = await searchCapacity({ ...bounds, ...changed }, async (rate, part) => {
    tried.push([rate, part]);
    return rate <= holdsUpTo && !hiccups.includes(tried.length);
  });
  return { ...found, tried };
}

describe('the search for capacity', () => {
  test.each([11, 37, 249, 250, 333, 999, 1_000, 4_321, 7_999])(
    'finds %i a second, within its resolution',
    async (limit) => {
      const { heldPerSecond, brokenPerSecond, tried } = await searched(limit);
      const [held, broken] = [heldPerSecond ?? 0, brokenPerSecond ?? 0];
      expect(held).toBeLessThanOrEqual(limit);
      expect(broken).toBeGreaterThan(limit);
      expect(broken - held).toBeLessThanOrEqual(Math.max(1, broken * 0.05));
      expect(tried.length).toBeLessThan(16);
    },
  );

  test('doubles, tries the break once more, then halves the gap', async () => {
    expect((await searched(700)).tried).toEqual([
      ...[250, 500, 1_000].map((rate) => [rate, 'climb']),
      [1_000, 'again'],
      ...[750, 625, 688, 719].map((rate) => [rate, 'bisection']),
    ]);
  });

  test('a hiccup on the way up costs one step more, not half of the capacity', async () => {
    const { heldPerSecond, tried } = await searched(1_900, { hiccups: [2] });
    expect(tried[2]).toEqual([500, 'again']);
    expect(heldPerSecond).toBeGreaterThan(1_800);
  });

  test('never goes above the most that the generator carries, and says that nothing broke', async () => {
    const { heldPerSecond, brokenPerSecond, tried } = await searched(5_000, {
      mostPerSecond: 1_300,
    });
    expect({ heldPerSecond, brokenPerSecond }).toEqual({
      ...{ heldPerSecond: 1_300, brokenPerSecond: null },
    });
    expect(tried.map(([rate]) => rate)).toEqual([250, 500, 1_000, 1_300]);
  });

  test('goes down from a first rate that is too high, and gives up below the least', async () => {
    const { heldPerSecond, tried } = await searched(40);
    expect(heldPerSecond).toBeGreaterThan(37);
    expect(tried.slice(0, 5)).toEqual([
      ...[
        [250, 'climb'],
        [250, 'again'],
      ],
      ...[125, 62, 31].map((rate) => [rate, 'descent']),
    ]);
    expect(await searched(0)).toMatchObject({ heldPerSecond: null, brokenPerSecond: 10 });
  });
});
