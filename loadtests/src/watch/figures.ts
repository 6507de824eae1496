/** What is shown of an arm, second by second: names, units, how a value reads. Pure. */
import { countText, figureText, millisecondsText, none, rateText } from '../number-text.js';

/** Shown where a page that had the figure does not come. */
export const away = 'away';

/** Null: not known, as the page has no such series or there is no earlier page to subtract. Shown as '–'. */
export type Figure = number | null | typeof away;

export const figureNames = ['rate', 'p95', 'failures', 'backlog', 'pool', 'CPU'] as const;
export type FigureName = (typeof figureNames)[number];

export interface PoolUse {
  readonly active: number;
  readonly limit: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

/** One look at an arm. */
export interface Sample {
  /** Acknowledged events a second. */
  readonly rate: Figure;
  /** Milliseconds. */
  readonly p95: Figure;
  /** Events a second that were rejected, shed or failed. */
  readonly failures: Figure;
  /** Events that are acknowledged and not yet in MySQL. */
  readonly backlog: Figure;
  readonly pool: PoolUse | null | typeof away;
  /** Cores that the arm's processes keep busy. */
  readonly CPU: Figure;
}

export const unknownSample: Sample = Object.freeze({
  ...{ rate: null, p95: null, failures: null },
  ...{ backlog: null, pool: null, CPU: null },
});

/** What a sparkline draws; null is a gap. Of the pool: connections in use and whoever waits for one. */
export function drawnValue(sample: Sample, name: FigureName): number | null {
  const figure = sample[name];
  if (figure === away || figure === null) return null;
  return typeof figure === 'number' ? figure : figure.active + figure.waiting;
}

export function valueText(sample: Sample, name: FigureName): string {
  const figure = sample[name];
  if (figure === away) return away;
  if (figure === null) return none;
  if (typeof figure !== 'number') return poolText(figure);
  return texts[name](figure);
}

const texts: Record<FigureName, (value: number) => string> = {
  rate: rateText,
  p95: millisecondsText,
  // A failure in five seconds must not read as none.
  failures: (value) => (value < 10 ? `${figureText(value)} /s` : rateText(value)),
  backlog: (value) => `${countText(value)} events`,
  pool: (value) => `${countText(value)} conns`,
  CPU: (value) => `${value.toFixed(2)} cores`,
};

/** '7/10': in use and limit; '10/10 +87' when statements wait. */
function poolText({ active, limit, waiting }: PoolUse): string {
  return `${active}/${limit}${waiting === 0 ? '' : ` +${countText(waiting)}`}`;
}

/** The least that a scale spans: below it, differences mean nothing. */
const scaleMins: Record<FigureName, number> = {
  ...{ rate: 10, p95: 1, failures: 1, backlog: 10, pool: 1, CPU: 0.1 },
};

/** Upper end of a scale on which all the samples fit: a round number. */
export function scaleOf(samples: Iterable<Sample>, name: FigureName): number {
  let highest = scaleMins[name];
  for (const sample of samples) {
    const pool = name === 'pool' && typeof sample.pool === 'object' ? sample.pool : null;
    highest = Math.max(highest, drawnValue(sample, name) ?? 0, pool?.limit ?? 0);
  }
  return roundUp(highest);
}

export function scaleText(name: FigureName, upTo: number): string {
  const scale = name === 'CPU' ? `${figureText(upTo)} cores` : texts[name](upTo);
  return `0–${name === 'failures' ? rateText(upTo) : scale}`;
}

const steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((one) => value <= one * decade * (1 + 1e-9)) ?? 10;
  return Number((step * decade).toPrecision(3));
}
