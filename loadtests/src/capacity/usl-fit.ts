import { countText, figureText, percentText, shareText } from '../number-text.js';
import {
  fitUsl,
  type UslCurve,
  uslAt,
  uslPeakConcurrency,
} from '../statistics/universal-scalability.js';
import type { SweepPoint, UslFit } from './capacity-record.js';

export const uslLimits = Object.freeze({
  /** Three parameters go through any three points; twice as many can contradict them. */
  pointsMin: 6,
  /** Of the worst point, measured − fitted as a share of the measured. */
  residualShareMax: 0.15,
  /** A curve that explains less of the spread says little more than the mean. */
  r2Min: 0.9,
});

/** The fit with what speaks against it. Null: there are too few points for any curve. */
export function describeFit(points: readonly SweepPoint[]): UslFit | null {
  const answered = points.filter(({ throughputPerSecond }) => throughputPerSecond > 0);
  const curve = fitUsl(
    answered.map(({ concurrency, throughputPerSecond }) => ({
      ...{ concurrency, perSecond: throughputPerSecond },
    })),
  );
  if (curve === null) return null;
  const fitted = answered.map(({ concurrency, throughputPerSecond }, i) => {
    const fittedPerSecond = curve.fittedPerSecond[i] as number;
    return {
      ...{ concurrency, fittedPerSecond, measuredPerSecond: throughputPerSecond },
      residualShare: (throughputPerSecond - fittedPerSecond) / throughputPerSecond,
    };
  });
  const { lambda, sigma, kappa, r2, rmsePerSecond } = curve;
  const refusals = [...refusalsOf(curve, fitted), ...spreadRefusals(r2)];
  const used = refusals.length === 0;
  const at = used ? uslPeakConcurrency(sigma.value, kappa.value) : null;
  return {
    ...{ lambda, sigma, kappa, r2, rmsePerSecond, used, refusals },
    points: fitted,
    peak:
      at === null
        ? null
        : {
            concurrency: at,
            throughputPerSecond: uslAt([lambda.value, sigma.value, kappa.value], at),
          },
  };
}

function refusalsOf(
  { lambda, sigma, kappa }: UslCurve,
  fitted: readonly { readonly concurrency: number; readonly residualShare: number }[],
): string[] {
  const { pointsMin, residualShareMax } = uslLimits;
  const refusals: string[] = [];
  if (fitted.length < pointsMin) {
    refusals.push(`${fitted.length} points, and it takes ${pointsMin} to contradict a curve`);
  }
  const worst = fitted.reduce((one, other) =>
    Math.abs(other.residualShare) > Math.abs(one.residualShare) ? other : one,
  );
  if (Math.abs(worst.residualShare) > residualShareMax) {
    refusals.push(
      `at ${worst.concurrency} users it is ${shareText(Math.abs(worst.residualShare))} off, ` +
        `over the ${percentText(residualShareMax)} allowed`,
    );
  }
  if (lambda.value <= 0) refusals.push('λ is not positive: no such system');
  if (sigma.value < 0) {
    refusals.push('σ is negative: more users make each of them faster, as batching does');
  }
  if (kappa.value < 0) refusals.push('κ is negative: no pair of users speeds the others up');
  refusals.push(...peakRefusals(sigma.value, kappa.value, fitted));
  return refusals;
}

function spreadRefusals(r2: number): string[] {
  if (r2 >= uslLimits.r2Min) return [];
  return [`R² ${r2.toFixed(2)} is under the ${uslLimits.r2Min} wanted`];
}

function peakRefusals(
  sigma: number,
  kappa: number,
  fitted: readonly { readonly concurrency: number }[],
): string[] {
  if (sigma < 0 || kappa < 0) return [];
  const most = Math.max(...fitted.map(({ concurrency }) => concurrency));
  const peak = uslPeakConcurrency(sigma, kappa);
  if (peak !== null && peak <= most) return [];
  return [`its highest point lies beyond the ${countText(most)} users that were measured`];
}

/** Like '0.031 ± 0.004'. */
export function parameterText({ value, standardError }: UslFit['lambda']): string {
  const text = (each: number) =>
    Math.abs(each) < 0.01 && each !== 0 ? each.toExponential(1) : figureText(Math.abs(each));
  const sign = value < 0 ? '−' : '';
  const error = standardError === null ? '' : ` ± ${text(standardError)}`;
  return `${sign}${text(Math.abs(value))}${error}`;
}
