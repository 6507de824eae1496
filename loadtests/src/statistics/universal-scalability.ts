/**
 * The Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007): X(N) = λN / (1 + σ(N − 1) + κN(N − 1)).
 * Fitted as its author's R package does: least squares of the throughputs, by Levenberg and Marquardt.
 */
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { inverse, Matrix, solve } from 'ml-matrix';

export interface LoadPoint {
  readonly concurrency: number;
  readonly perSecond: number;
}

export interface UslParameter {
  readonly value: number;
  /** Null: no more points than parameters, or points that do not tell it. */
  readonly standardError: number | null;
}

export interface UslCurve {
  readonly lambda: UslParameter;
  readonly sigma: UslParameter;
  readonly kappa: UslParameter;
  readonly fittedPerSecond: readonly number[];
  readonly r2: number;
  readonly rmsePerSecond: number;
}

type Triple = readonly [number, number, number];

/** Some ten do from so near a start; the library stops at nothing but this and an error of 0. */
const iterationsMax = 60;

/** Null below three different concurrencies, or where no finite curve is found. Wants throughputs above 0. */
export function fitUsl(points: readonly LoadPoint[]): UslCurve | null {
  const x = points.map(({ concurrency }) => concurrency);
  const y = points.map(({ perSecond }) => perSecond);
  if (new Set(x).size < 3 || y.some((value) => !(value > 0))) return null;
  // All three near 1, or the steps of one drown those of another: λ is thousands, κ thousandths.
  const scale: Triple = [Math.max(...y) / Math.max(...x), 1, 1 / Math.max(...x)];
  const start = startOf(x, y);
  const { parameterValues } = levenbergMarquardt({ x, y }, curveOf(scale), {
    initialValues: start.map((value, i) => value / (scale[i] as number)),
    damping: 1e-3,
    maxIterations: iterationsMax,
    gradientDifference: 1e-6,
    centralDifference: true,
    errorTolerance: 0,
  });
  const values = parameterValues.map((value, i) => value * (scale[i] as number));
  if (values.length !== 3 || !values.every(Number.isFinite)) return null;
  return describe(values as unknown as Triple, x, y, scale);
}

/** Throughput at a concurrency. */
export function uslAt([lambda, sigma, kappa]: Triple, concurrency: number): number {
  const others = concurrency - 1;
  return (lambda * concurrency) / (1 + sigma * others + kappa * concurrency * others);
}

/** Concurrency at which the curve is highest: √((1 − σ) / κ). Null: it has no highest point. */
export function uslPeakConcurrency(sigma: number, kappa: number): number | null {
  return kappa > 0 && sigma < 1 ? Math.max(1, Math.sqrt((1 - sigma) / kappa)) : null;
}

/** N / X is linear in 1/λ, σ/λ and κ/λ: no best fit, as it weighs the slow points most, but near it. */
function startOf(x: readonly number[], y: readonly number[]): Triple {
  const rows = x.map((n) => [1, n - 1, n * (n - 1)]);
  const ratios = x.map((n, i) => n / (y[i] as number));
  const found = solve(new Matrix(rows), Matrix.columnVector(ratios), true).to1DArray();
  const [inverseLambda = 0, overLambda = 0, kappaOverLambda = 0] = found;
  const lambda = inverseLambda > 0 ? 1 / inverseLambda : (y[0] as number) / (x[0] as number);
  return [lambda, overLambda * lambda, kappaOverLambda * lambda];
}

function curveOf(scale: Triple) {
  return ([lambda = 0, sigma = 0, kappa = 0]: number[]) =>
    (concurrency: number) =>
      uslAt([lambda * scale[0], sigma * scale[1], kappa * scale[2]], concurrency);
}

function describe(
  values: Triple,
  x: readonly number[],
  y: readonly number[],
  scale: Triple,
): UslCurve {
  const fittedPerSecond = x.map((n) => uslAt(values, n));
  const squares = sumOf(y.map((value, i) => (value - (fittedPerSecond[i] as number)) ** 2));
  const mean = sumOf(y) / y.length;
  const spread = sumOf(y.map((value) => (value - mean) ** 2));
  const errors = standardErrors(values, x, squares, scale);
  const [lambda, sigma, kappa] = values.map((value, i) => ({
    value,
    standardError: errors[i] ?? null,
  })) as [UslParameter, UslParameter, UslParameter];
  return {
    ...{ lambda, sigma, kappa, fittedPerSecond },
    r2: spread === 0 ? 0 : 1 - squares / spread,
    rmsePerSecond: Math.sqrt(squares / y.length),
  };
}

/** √ of the diagonal of s²(JᵀJ)⁻¹, with J the slopes of the curve by each parameter at the best fit. */
function standardErrors(
  [lambda, sigma, kappa]: Triple,
  x: readonly number[],
  squares: number,
  scale: Triple,
): readonly number[] {
  const degrees = x.length - 3;
  if (degrees < 1) return [];
  const rows = x.map((n) => {
    const below = 1 + sigma * (n - 1) + kappa * n * (n - 1);
    const byBelow = -(lambda * n) / below ** 2;
    return [(n / below) * scale[0], byBelow * (n - 1) * scale[1], byBelow * n * (n - 1) * scale[2]];
  });
  const slopes = new Matrix(rows);
  const covariance = inverse(slopes.transpose().mmul(slopes), true).mul(squares / degrees);
  return scale.map((unit, i) => unit * Math.sqrt(Math.max(0, covariance.get(i, i))));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
