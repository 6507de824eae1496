import { deriveSeed, planBlocks } from '@hotpath/loadtests/run/plan';
import { expect, test } from 'vitest';

const labels = ['floor', 'naive', 'async'];

test('the same seed gives the same plan, another seed another one', () => {
  expect(planBlocks(7, labels, 5)).toEqual(planBlocks(7, labels, 5));
  const plans = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(planBlocks(seed, labels, 5)));
  expect(new Set(plans).size).toBe(5);
});

test('a longer study begins with the blocks of a shorter one', () => {
  expect(planBlocks(7, labels, 9).slice(0, 4)).toEqual(planBlocks(7, labels, 4));
});

test('every block runs every arm once', () => {
  for (const { order } of planBlocks(11, labels, 10)) {
    expect([...order].sort()).toEqual([...labels].sort());
  }
});

test('in as many blocks as there are arms, every arm has every place once', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const orders = planBlocks(seed, labels, 6).map(({ order }) => order);
    for (const square of [orders.slice(0, 3), orders.slice(3)]) {
      for (const place of [0, 1, 2]) {
        expect(new Set(square.map((order) => order[place])).size).toBe(3);
      }
    }
  }
});

test('over many seeds every arm is about as often first', () => {
  const first = new Map<string, number>();
  for (let seed = 0; seed < 600; seed += 1) {
    const label = planBlocks(seed, labels, 1)[0]?.order[0] ?? '';
    first.set(label, (first.get(label) ?? 0) + 1);
  }
  for (const label of labels) expect(first.get(label)).toBeGreaterThan(150);
});

test('no two loads of a study send the same events', () => {
  const seeds = planBlocks(7, labels, 50).flatMap(({ seeds }) => [seeds.warmUp, seeds.measured]);
  expect(new Set(seeds).size).toBe(100);
  for (const seed of seeds) expect(seed).toBeLessThan(2 ** 31);
  expect(deriveSeed(7, 'a')).not.toBe(deriveSeed(8, 'a'));
});
