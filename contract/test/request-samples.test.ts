import { RequestSamples } from '@hotpath/contract/http/request-samples';
import { phaseNames } from '@hotpath/contract/phase-clock';
import { expect, test } from 'vitest';

/** Its own number in every phase. */
const request = (number: number) => phaseNames.map(() => number);
const numbers = (samples: RequestSamples) => samples.take().micros.map(([first]) => first);

/** Any fair generator does; seeded, so that the test is the same every time. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('as long as there is room all are kept, in microseconds by phase', () => {
  const samples = new RequestSamples(3);
  samples.add([0.001, 0.25, 0, 1, 12.3456, 2]);
  samples.add(request(1));
  expect(samples.take()).toEqual({
    requests: 2,
    phases: phaseNames,
    micros: [[1, 250, 0, 1_000, 12_346, 2_000], request(1_000)],
  });
});

test('beyond that it has the same size, and says of how many it is a sample', () => {
  const samples = new RequestSamples(64);
  for (let i = 0; i < 10_000; i += 1) samples.add(request(i));
  const { requests, micros } = samples.take();
  expect([requests, micros.length]).toEqual([10_000, 64]);
  expect(new Set(micros.map(([first]) => first)).size).toBe(64);
});

test('a reading begins anew', () => {
  const samples = new RequestSamples(4);
  for (let i = 0; i < 100; i += 1) samples.add(request(i));
  samples.take();
  samples.add(request(7));
  expect(numbers(samples)).toEqual([7_000]);
  expect(samples.take()).toMatchObject({ requests: 0, micros: [] });
});

test('every request has the same chance, the first, the last and those between', () => {
  const [size, requests, trials] = [16, 200, 4_000];
  const samples = new RequestSamples(size, uniform(20_261_124));
  const taken = new Array<number>(requests).fill(0);
  for (let trial = 0; trial < trials; trial += 1) {
    for (let i = 0; i < requests; i += 1) samples.add(request(i));
    for (const number of numbers(samples)) {
      const i = (number ?? 0) / 1_000;
      taken[i] = (taken[i] ?? 0) + 1;
    }
  }
  // Each is taken in size ÷ requests of the trials; five standard errors for 200 looks.
  const chance = size / requests;
  const error = Math.sqrt((chance * (1 - chance)) / trials);
  for (const times of taken) expect(Math.abs(times / trials - chance)).toBeLessThan(5 * error);
  const half = taken.slice(requests / 2).reduce((sum, times) => sum + times, 0);
  expect(Math.abs(half / (trials * size) - 0.5)).toBeLessThan(0.01);
});
