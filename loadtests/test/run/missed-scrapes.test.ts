import { missedScrapes } from '@hotpath/loadtests/run/missed-scrapes';
import { expect, test } from 'vitest';

const window = { startSeconds: 100, endSeconds: 110 };
/** At these moments, all well but those that are named. */
const samples = (times: readonly number[], down: readonly number[] = []) =>
  times.map((time): [number, string] => [time, down.includes(time) ? '0' : '1']);
const everySecond = [100.7, 101.7, 102.7, 103.7, 104.7, 105.7, 106.7, 107.7, 108.7, 109.7];

test('a scrape a second misses nothing, wherever in its second it falls', () => {
  expect(missedScrapes(samples(everySecond), window)).toBe(0);
  const late = everySecond.map((time) => time + (Math.round(time) % 2 === 0 ? 0.2 : 0));
  expect(missedScrapes(samples(late), window)).toBe(0);
});

test('each scrape that was not made counts, at the ends too', () => {
  expect(missedScrapes(samples(everySecond.filter((t) => t < 103 || t > 106)), window)).toBe(3);
  expect(missedScrapes(samples(everySecond.slice(2)), window)).toBe(2);
  expect(missedScrapes(samples(everySecond.slice(0, -4)), window)).toBe(3);
});

test('each scrape that failed counts', () => {
  expect(missedScrapes(samples(everySecond, [102.7, 108.7]), window)).toBe(2);
});

test('a target that nobody ever scraped missed all of them', () => {
  expect(missedScrapes([], window)).toBe(9);
});
