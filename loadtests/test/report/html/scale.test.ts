import { logScale, logTicks } from '@hotpath/loadtests/report/html/scale';
import { expect, test } from 'vitest';

const ranges = [1e-4, 0.02, 0.97, 1, 3.3, 99.9, 12_345].flatMap((least) =>
  [1, 1.01, 1.3, 2, 2.5, 7, 60, 1_999, 1e6].map((factor) => [least, least * factor] as const),
);

test.each(ranges)(
  'ticks from %d to %d hold the range between the first and the last',
  (least, most) => {
    const ticks = logTicks(least, most);
    const [first = 0, last = 0] = [ticks[0], ticks.at(-1)];
    expect(first).toBeLessThanOrEqual(least);
    expect(last).toBeGreaterThanOrEqual(most);
    expect(first).toBeGreaterThan(least / 10.1);
    expect(last).toBeLessThan(most * 10.1);
    expect(ticks).toEqual([...new Set(ticks)].sort((one, other) => one - other));
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(11);
  },
);

test('zero and less have no place on a logarithmic axis, and an axis without values is one', () => {
  const { at } = logScale([0, 2, 30], String);
  expect([at(0), at(-1), at(null)]).toEqual([null, null, null]);
  expect(at(10)).toBeCloseTo(1);
  expect(logScale([], String).axis).toMatchObject({ min: 0, max: 1 });
});
