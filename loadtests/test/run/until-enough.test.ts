import { untilEnough } from '@hotpath/loadtests/run/study';
import { expect, test } from 'vitest';

async function performed(most: number, enough: number) {
  const done: number[] = [];
  const blocks = Array.from({ length: most }, (_, i) => i + 1);
  const perform = async (block: number) => void done.push(block);
  return { count: await untilEnough(blocks, perform, () => done.length >= enough), done };
}

test('blocks end as soon as there are enough, and at the last one anyway', async () => {
  expect(await performed(12, 7)).toEqual({ count: 7, done: [1, 2, 3, 4, 5, 6, 7] });
  expect(await performed(3, 7)).toEqual({ count: 3, done: [1, 2, 3] });
});
