import { outcomeImbalance } from '@hotpath/loadtests/statistics/outcome-balance';
import { expect, test } from 'vitest';

const outcomes = { counted: 5, duplicate: 1, rejected: 2, shed: 3, failed: 4, unanswered: 6 };

test('attempts balance with the sum of all six outcomes', () => {
  expect(outcomeImbalance(21, outcomes)).toBe(0);
  expect(outcomeImbalance(22, outcomes)).toBe(1);
  expect(outcomeImbalance(20, outcomes)).toBe(-1);
});

test.each(Object.keys(outcomes))('one more %s unbalances it', (name) => {
  const more = { ...outcomes, [name]: outcomes[name as keyof typeof outcomes] + 1 };
  expect(outcomeImbalance(21, more)).toBe(-1);
});
