import { PhaseClock, phase, phaseNames } from '@hotpath/contract/phase-clock';
import { expect, test } from 'vitest';

const sumOf = (clock: PhaseClock) => clock.ms.reduce((sum, ms) => sum + ms, 0);

test('every moment of a request is in one phase', () => {
  const clock = new PhaseClock(100);
  clock.enter(phase.validate, 101);
  clock.enter(phase.fingerprint, 103);
  clock.enter(phase.store, 103);
  clock.enter(phase.wait, 106);
  clock.enter(phase.store, 116);
  clock.enter(phase.wait, 136);
  clock.enter(phase.store, 140);
  clock.enter(phase.respond, 150);
  clock.enter(phase.respond, 151);
  const ms = Object.fromEntries(phaseNames.map((name) => [name, clock.ms[phase[name]]]));
  expect(ms).toEqual({ receive: 1, validate: 2, fingerprint: 0, wait: 14, store: 33, respond: 1 });
  expect(sumOf(clock)).toBe(151 - 100);
});

test('by its own clock too', () => {
  const startedAt = performance.now();
  const clock = new PhaseClock(startedAt);
  for (const name of phaseNames) clock.enter(phase[name]);
  const endedAt = performance.now();
  expect(sumOf(clock)).toBeGreaterThan(0);
  expect(sumOf(clock)).toBeLessThanOrEqual(endedAt - startedAt);
});
