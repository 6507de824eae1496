/** Observes where acknowledged single-event requests spent their time. */
import type { Observations } from '../histogram.js';
import { histogramOf } from '../instruments.js';
import { metrics } from '../metrics.js';
import { type PhaseClock, phase, phaseNames } from '../phase-clock.js';
import { sampleRequest } from './request-samples.js';

let seconds: readonly Observations[] = [];

/** All at 0 from the start, in a process that takes events. */
export function declarePhases(): void {
  const histogram = histogramOf(metrics.requestPhaseSeconds);
  seconds = phaseNames.map((name) => histogram.of(name));
}

/** When the answer was written. */
export function observePhases(clock: PhaseClock): void {
  if (!clock.acknowledged) return;
  clock.enter(phase.respond);
  sampleRequest(clock.ms);
  for (let i = 0; i < seconds.length; i += 1) seconds[i]?.observe((clock.ms[i] ?? 0) / 1_000);
}
