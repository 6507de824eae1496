import type { LoadCourse } from '../load-course.js';
import { percentile } from '../statistics/percentile.js';
import type { EndedLoad } from './measurement.js';
import { acknowledgedLetters } from './raw-log.js';

/** Points of one load in a record and in a chart: more can't be told apart there. */
const stepsMax = 300;

/** How warm-up and window went, on one clock that starts with the window's first arrival. */
export function describeCourses(warmUp: EndedLoad, measured: EndedLoad): LoadCourse[] {
  const zeroMs = measured.log.span()?.firstStartMs;
  if (zeroMs === undefined) return [];
  return [courseOf('warm-up', warmUp, zeroMs), courseOf('measured', measured, zeroMs)].flatMap(
    (course) => course ?? [],
  );
}

function courseOf(
  phase: LoadCourse['phase'],
  { load, log, summary }: EndedLoad,
  zeroMs: number,
): LoadCourse | null {
  const span = log.span();
  if (span === null) return null;
  const spanSeconds = (span.lastEndMs - span.firstStartMs) / 1_000;
  const everySeconds = Math.max(1, Math.ceil((spanSeconds + 1) / stepsMax));
  const stepOf = (ms: number) => Math.floor((ms - span.firstStartMs) / 1_000 / everySeconds);
  const steps = stepOf(span.lastEndMs) + 1;
  const started = new Array<number>(steps).fill(0);
  const durations = Array.from({ length: steps }, (): number[] => []);
  log.eachRequest((letter, startMs, durationMs) => {
    (started[stepOf(startMs)] as number)++;
    if (acknowledgedLetters.includes(letter))
      durations[stepOf(startMs + durationMs)]?.push(durationMs);
  });
  const owed = started.map((_, step) => owedIn(load, step * everySeconds, everySeconds));
  const dropped = spread(
    summary.dropped,
    started.map((count, step) => Math.max(0, (owed[step] ?? 0) - count)),
  );
  const sorted = durations.map((each) => Float64Array.from(each).sort());
  return {
    ...{ phase, fromSeconds: Math.round(span.firstStartMs - zeroMs) / 1_000, everySeconds },
    offered: started.map((count, step) => count + (dropped[step] ?? 0)),
    acknowledged: durations.map(({ length }) => length),
    dropped,
    p50Ms: sorted.map((each) => percentile(each, 0.5)),
    p95Ms: sorted.map((each) => percentile(each, 0.95)),
  };
}

/** Arrivals that the schedule has in a step; 0 after its end, and where users set the rate. */
function owedIn({ ratePerSecond, seconds }: EndedLoad['load'], from: number, length: number) {
  if (ratePerSecond === null || seconds === null) return 0;
  return ratePerSecond * Math.max(0, Math.min(length, seconds - from));
}

/** Shares a total out in proportion to the weights, in whole numbers that add up to it. */
function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let weightLeft = sum;
  let left = sum === 0 ? 0 : total;
  return weights.map((weight) => {
    const part = weightLeft === 0 ? 0 : Math.round((left * weight) / weightLeft);
    left -= part;
    weightLeft -= weight;
    return part;
  });
}
