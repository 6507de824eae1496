import type { PanelQuery } from './panel-queries.js';
import { emptySeriesFile, type KeptSeries, type SeriesFile } from './series-file.js';

/** Prometheus evaluates these side by side. */
const askedAtOnceMax = 4;
/** A longer time is kept in longer steps. */
const pointsMax = 600;
const significantDigits = 5;

export interface TimeSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export type Grid = TimeSpan & { readonly stepSeconds: number };

/** One series as Prometheus' query_range gives it. */
export interface AnsweredSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

export type Ask = (expr: string, grid: Grid) => Promise<AnsweredSeries[]>;

/** Whole seconds, one a second; of a long time at most 600 steps. */
export function gridOf({ startSeconds, endSeconds }: TimeSpan): Grid {
  const start = Math.floor(startSeconds);
  const stepSeconds = Math.max(1, Math.ceil((endSeconds - start) / pointsMax));
  const steps = Math.ceil((endSeconds - start) / stepSeconds);
  return { startSeconds: start, endSeconds: start + steps * stepSeconds, stepSeconds };
}

/** Asks every query once, and keeps why one could not be answered. */
export async function collectSeries(
  queries: readonly PanelQuery[],
  variables: Readonly<Record<string, string>>,
  grid: Grid,
  ask: Ask,
): Promise<SeriesFile> {
  const exprs = [...new Set(queries.map(({ expr }) => expr))];
  const points = Math.round((grid.endSeconds - grid.startSeconds) / grid.stepSeconds) + 1;
  const { startSeconds, stepSeconds } = grid;
  const file = emptySeriesFile({ startSeconds, stepSeconds, points, variables: { ...variables } });
  const answers: SeriesFile['answers'] = [];
  const waiting = exprs.entries();
  const askNext = async () => {
    for (const [index, expr] of waiting) answers[index] = await answerOf(expr, grid, ask);
  };
  await Promise.all(Array.from({ length: askedAtOnceMax }, askNext));
  const panels = queries.map(({ expr, ...panel }) => ({ ...panel, answer: exprs.indexOf(expr) }));
  return { ...file, panels, answers };
}

async function answerOf(expr: string, grid: Grid, ask: Ask): Promise<SeriesFile['answers'][0]> {
  try {
    const series = (await ask(expr, grid)).map((one) => keep(one, grid));
    return { expr, problem: '', series };
  } catch (error) {
    return { expr, problem: (error as Error).message, series: [] };
  }
}

function keep({ metric, values = [], histograms }: AnsweredSeries, grid: Grid): KeptSeries {
  const indexOf = (seconds: number) => Math.round((seconds - grid.startSeconds) / grid.stepSeconds);
  const labels = { ...metric };
  if (histograms !== undefined) {
    const kept = histograms.map(([seconds, histogram]): [number, [number, number, number][]] => [
      indexOf(seconds),
      bucketsOf(histogram),
    ]);
    return { labels, from: 0, values: [], histograms: kept };
  }
  const from = values[0] === undefined ? 0 : indexOf(values[0][0]);
  const last = values.at(-1);
  const length = last === undefined ? 0 : indexOf(last[0]) - from + 1;
  const kept = new Array<number | null>(length).fill(null);
  for (const [seconds, text] of values) kept[indexOf(seconds) - from] = shortened(Number(text));
  return { labels, from, values: kept };
}

/** Five digits are more than a picture can show, and a third of the bytes. */
function shortened(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(significantDigits)) : null;
}

/** Prometheus writes a bucket as [which of its bounds it includes, lower, upper, count]. */
function bucketsOf(histogram: unknown): [number, number, number][] {
  const { buckets = [] } = histogram as {
    buckets?: readonly (readonly [number, string, string, string])[];
  };
  return buckets.map(([, lower, upper, count]) => [
    shortened(Number(lower)) ?? 0,
    shortened(Number(upper)) ?? Number.MAX_VALUE,
    shortened(Number(count)) ?? 0,
  ]);
}
