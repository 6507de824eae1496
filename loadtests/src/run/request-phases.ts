import { metrics } from '@hotpath/contract/metrics';
import type { RequestPhases } from '../load-course.js';
import type { Arm } from '../rig/arm.js';

const { name } = metrics.requestPhaseSeconds;

/** Samples of a metrics page, by name with labels. */
type Samples = ReadonlyMap<string, number>;

/** Looks now, and again when the result is called: while the arm still runs. A page that fails is no result. */
export async function watchRequestPhases(
  arm: Pick<Arm, 'metrics'>,
): Promise<() => Promise<RequestPhases | undefined>> {
  const look = () => arm.metrics('api').catch(() => null);
  const before = await look();
  return async () => {
    const after = await look();
    return before === null || after === null ? undefined : phasesBetween(before, after);
  };
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
