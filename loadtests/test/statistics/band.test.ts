import { bandOf } from '@hotpath/loadtests/statistics/band';
import { expect, test } from 'vitest';

/** Wholes 1 … n in a mixed order, split into a tenth and the rest. */
const values = (n: number) =>
  Array.from({ length: n }, (_, i) => ((i * 7) % n) + 1).map((whole) => [whole / 10, whole * 0.9]);

test('the band around p95 of 1,000 is ranks 941 to 960, with the sum of each part', () => {
  const band = bandOf(values(1_000), 0.94, 0.96);
  expect(band).toMatchObject({ count: 20, from: 941, to: 960 });
  const sum = (20 * (941 + 960)) / 2;
  expect(band?.sums[0]).toBeCloseTo(sum / 10, 6);
  expect(band?.sums[1]).toBeCloseTo(sum * 0.9, 6);
});

test('of a hundred it is two, of fewer there is none', () => {
  expect(bandOf(values(100), 0.94, 0.96)).toMatchObject({ count: 2, from: 95, to: 96 });
  expect(bandOf(values(99), 0.94, 0.96)).toBeNull();
  expect(bandOf([], 0.94, 0.96)).toBeNull();
});

test('a band upside down is refused', () => {
  expect(() => bandOf(values(100), 0.96, 0.94)).toThrow(RangeError);
  expect(() => bandOf(values(100), 0.5, 1.1)).toThrow(RangeError);
});
