import { countText, figureText, millisecondsText, none, wrap } from '../number-text.js';
import { table } from '../report/text-table.js';
import type { CapacitySweep, UslFit } from './capacity-record.js';
import { parameterText } from './usl-fit.js';

const plotWidth = 30;

/** Throughput by the number of users, and what the fit says or why it says nothing. */
export function sweepLines({ points, fit }: CapacitySweep, width: number): string[] {
  const most = Math.max(1, ...points.map(({ throughputPerSecond }) => throughputPerSecond));
  const rows = points.map(({ concurrency, throughputPerSecond, responseMs, ...point }) => {
    const fitted = fit?.points.find((each) => each.concurrency === concurrency);
    return [
      countText(concurrency),
      countText(throughputPerSecond),
      responseMs === null ? none : millisecondsText(responseMs),
      fitted === undefined ? none : countText(fitted.fittedPerSecond),
      fitted === undefined ? none : `${signed(fitted.residualShare)} %`,
      countText(point.refused + point.socketErrors),
      figureText(point.generatorCores),
      bar(throughputPerSecond / most, (fitted?.fittedPerSecond ?? -1) / most),
    ];
  });
  return [
    'Users who never pause (wrk): throughput by how many they are',
    ...table([
      ['users', 'done/s', 'response', 'fitted/s', 'off', 'not 2xx', 'wrk cores', '█ done ◆ fitted'],
      ...rows,
    ]),
    ...fitLines(fit).flatMap((line) => wrap(line, width, '  ')),
  ];
}

function fitLines(fit: UslFit | null): string[] {
  if (fit === null) return ['No curve: too few points with an answer.'];
  const { lambda, sigma, kappa, r2, rmsePerSecond, peak, used, refusals } = fit;
  const parameters =
    `Universal Scalability Law (Gunther): λ ${parameterText(lambda)} events/s, σ ${parameterText(sigma)}, ` +
    `κ ${parameterText(kappa)} (± standard error); R² ${r2.toFixed(3)}, RMSE ${figureText(rmsePerSecond)} events/s.`;
  if (!used) {
    return [parameters, `Shown, not used; no extrapolation: ${refusals.join('; ')}.`];
  }
  if (peak === null) return [parameters];
  return [
    parameters,
    `Highest, within what was measured: ${countText(peak.throughputPerSecond)} events/s ` +
      `with ${figureText(peak.concurrency)} users.`,
  ];
}

function bar(share: number, fittedShare: number): string {
  const [length, mark] = [Math.round(share * plotWidth), Math.round(fittedShare * plotWidth) - 1];
  return Array.from({ length: plotWidth }, (_, at) =>
    at === mark ? '◆' : at < length ? '█' : ' ',
  ).join('');
}

function signed(share: number): string {
  const text = Math.abs(share * 100).toFixed(1);
  return `${share < 0 ? '−' : '+'}${text}`;
}
