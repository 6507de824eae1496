import type { SampledRequests } from '@hotpath/contract/http/request-samples';
import { metrics } from '@hotpath/contract/metrics';
import type { RequestPhases } from '../load-course.js';
import type { Arm } from '../rig/arm.js';
import { bandOf } from '../statistics/band.js';

const { name } = metrics.requestPhaseSeconds;

/** A fiftieth of all requests, with the p95 in its middle. */
const ranks = { fromShare: 0.94, toShare: 0.96 };

/** Samples of a metrics page, by name with labels. */
type Samples = ReadonlyMap<string, number>;

/**
 * Looks now, and again when the result is called: while the arm still runs. A page that fails is no result, and
 * without a sample there is no band.
 */
export async function watchRequestPhases(
  arm: Pick<Arm, 'metrics' | 'takeRequestSamples'>,
): Promise<() => Promise<RequestPhases | undefined>> {
  const look = () => arm.metrics('api').catch(() => null);
  const take = () => arm.takeRequestSamples().catch(() => null);
  const [before, begun] = [await look(), await take()]; // what was sampled so far is of the warm-up
  return async () => {
    const [after, sample] = [await look(), await take()];
    const phases = before && after && phasesBetween(before, after);
    if (!phases) return undefined;
    const band = begun && sample && p95Band(sample);
    return band ? { ...phases, band } : phases;
  };
}

/** Null where the sample is too small. */
export function p95Band({ phases, micros }: SampledRequests): RequestPhases['band'] | null {
  const band = bandOf(micros, ranks.fromShare, ranks.toShare);
  if (band === null) return null;
  const seconds = Object.fromEntries(phases.map((name, at) => [name, (band.sums[at] ?? 0) / 1e6]));
  const [fromMs, toMs] = [band.from / 1_000, band.to / 1_000];
  return { ...ranks, sampled: micros.length, requests: band.count, fromMs, toMs, seconds };
}

/**
 * Where the requests between two looks at an API's metrics spent their time. Undefined where it has no
 * such series, or when it was started again in between.
 */
export function phasesBetween(before: Samples, after: Samples): RequestPhases | undefined {
  const counts = growth(before, after, `${name}_count`);
  const seconds = growth(before, after, `${name}_sum`);
  const requests = Math.max(0, ...counts.values());
  if (requests === 0 || [...counts.values(), ...seconds.values()].some((value) => value < 0))
    return undefined;
  return { requests, seconds: Object.fromEntries(seconds) };
}

/** By phase. */
function growth(before: Samples, after: Samples, series: string): Map<string, number> {
  return new Map(
    [...after].flatMap(([key, value]): [string, number][] => {
      const phase = /[{,]phase="([^"]*)"/.exec(key)?.[1];
      if (phase === undefined || !key.startsWith(`${series}{`)) return [];
      return [[phase, value - (before.get(key) ?? 0)]];
    }),
  );
}
