/** Does anything grow for ever? A verdict for each process and thing that a long run has read. Pure. */
import type { RecordedRun } from '../run-record.js';
import { medianOf } from '../statistics/median.js';
import { type Trend, trendOf } from '../statistics/trend.js';

export interface GrowthLimits {
  readonly dailyShareMax: number;
  readonly settleSeconds: number;
  readonly judgedSecondsMin: number;
  readonly heightShareMax: number;
}

export const growthLimits: GrowthLimits = Object.freeze({
  /**
   * Growth a day, as a share of the middle, above which it is called growing. Of 50 MiB that are 4 an hour:
   * half an hour does not tell less from the noise of a heap.
   */
  dailyShareMax: 2,
  /** Until then a process finds its size: code is compiled, pools fill, the heap is resized. */
  settleSeconds: 600,
  /** A shorter time behind the settling says nothing. */
  judgedSecondsMin: 300,
  /** What a saw-tooth's lows may rise by in the judged time: less is how evenly readings are spread along it. */
  heightShareMax: 0.25,
});

/** Of a shorter run nothing is shown. */
const readSecondsMin = 60;
/** The lowest reading of each is taken: what grows for good lifts even that, what garbage does to it is gone. */
const stretches = 20;
const secondsADay = 86_400;
/** What has grown by less than one step of its reading has not been seen to grow. */
const stepOf: Readonly<Record<string, number>> = {
  'resident memory': 1,
  'heap used': 0.5,
  data: 0.01,
};
/** Filled and emptied again and again. Its lows are next to nothing, so what they rise by is held against its height. */
const sawtooths: ReadonlySet<string> = new Set(['backlog']);
const notJudged: Readonly<Record<string, string>> = {
  'mysql/resident memory': 'its buffer pool fills until it has the size that it is allowed',
  'redis/resident memory':
    'event ids fill it and go, in turns of 10 min; see its data, beside them',
};

export interface Readings {
  readonly process: string;
  readonly metric: string;
  readonly unit: string;
  readonly everySeconds: number;
  readonly values: readonly (number | null)[];
}

export interface GrowthVerdict extends Pick<Readings, 'process' | 'metric' | 'unit'> {
  readonly verdict: 'flat' | 'growing' | 'not enough data' | 'not judged';
  /** Of all readings. */
  readonly least: number;
  readonly most: number;
  /** Growth a day as a share of the middle, of a sawtooth of its height, with its 95 % interval; null where there is no slope. */
  readonly dailyShare: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
  } | null;
  /** How long a run would have to be to tell; null: this one tells. */
  readonly secondsNeeded: number | null;
  /** Why it is not judged; empty otherwise. */
  readonly reason: string;
}

/** Of everything that the run has read for a minute or more, but of k6. */
export function growthVerdicts(run: Pick<RecordedRun, 'processes' | 'growth'>): GrowthVerdict[] {
  return readingsOf(run).map((readings) => judge(readings));
}

function readingsOf({ processes, growth }: Pick<RecordedRun, 'processes' | 'growth'>): Readings[] {
  const resident = processes.flatMap(({ name, memory }): Readings[] => {
    if (memory === null || name === 'k6') return [];
    const { everySeconds, rssMebibytes: values } = memory;
    if ((values.length - 1) * everySeconds < readSecondsMin) return [];
    return [{ process: name, metric: 'resident memory', unit: 'MiB', everySeconds, values }];
  });
  const order = [...new Set(processes.map(({ name }) => name))];
  const { series = [], everySeconds = 1 } = growth ?? {};
  return [...resident, ...series.map((each) => ({ ...each, everySeconds }))].sort(
    (one, other) => order.indexOf(one.process) - order.indexOf(other.process),
  );
}

/** Is it flat, does it grow, or can't this run tell? */
export function judge(readings: Readings, limits = growthLimits): GrowthVerdict {
  const { process, metric, unit, everySeconds, values } = readings;
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const base = { process, metric, unit, least, most, reason: '' };
  const reason = notJudged[`${process}/${metric}`];
  if (reason !== undefined || known.length === 0) {
    const why = reason ?? 'it could not be read';
    return { ...base, verdict: 'not judged', dailyShare: null, secondsNeeded: null, reason: why };
  }
  const { settleSeconds: settle, judgedSecondsMin, dailyShareMax, heightShareMax } = limits;
  const settled = values.slice(Math.ceil(settle / everySeconds));
  const judgedSeconds = Math.max(0, settled.length - 1) * everySeconds;
  const settledKnown = settled.filter((value) => value !== null);
  const lows = lowest(settledKnown);
  const trend =
    judgedSeconds < judgedSecondsMin ? null : trendOf(lows, judgedSeconds / lows.length);
  if (trend === null) {
    const secondsNeeded = settle + judgedSecondsMin;
    return { ...base, verdict: 'not enough data', dailyShare: null, secondsNeeded };
  }
  const isSawtooth = sawtooths.has(metric);
  const dailyShare = dailyShareOf(trend, isSawtooth ? heightOf(settledKnown) : medianOf(lows));
  const grown = trend.slopePerSecond * judgedSeconds;
  const shareMax = isSawtooth ? (heightShareMax * secondsADay) / judgedSeconds : dailyShareMax;
  const verdict = verdictOf(
    dailyShare,
    grown >= (stepOf[metric] ?? 1) && isHigherThanEver(known, lows),
    shareMax,
  );
  const secondsNeeded =
    verdict === 'not enough data' ? settle + judgedSeconds * stretchOf(dailyShare, shareMax) : null;
  return { ...base, verdict, dailyShare, secondsNeeded };
}

type DailyShare = NonNullable<GrowthVerdict['dailyShare']>;

function dailyShareOf(trend: Trend, whole: number): DailyShare {
  // Of one handle or no backlog at all a share says nothing: then of one.
  const share = (perSecond: number) => (perSecond * secondsADay) / Math.max(1, Math.abs(whole));
  return {
    value: share(trend.slopePerSecond),
    low: share(trend.slopeLow),
    high: share(trend.slopeHigh),
  };
}

/**
 * Is the end above all that it was in the first half, settling too? A process that gave memory back and takes it
 * again has a slope, but no leak.
 */
function isHigherThanEver(known: readonly number[], lows: readonly number[]): boolean {
  const before = lowest(known.slice(0, Math.ceil(known.length / 2)), stretches / 2);
  return medianOf(lows.slice(-Math.ceil(lows.length / 4))) > Math.max(...before);
}

function verdictOf(
  { value, low, high }: DailyShare,
  isSeen: boolean,
  dailyShareMax: number,
): GrowthVerdict['verdict'] {
  if (low > 0 && value > dailyShareMax && isSeen) return 'growing';
  return high <= dailyShareMax ? 'flat' : 'not enough data';
}

/** The interval of a slope narrows with the time to the power of 1.5: how many times as long would do? */
function stretchOf({ value, high }: DailyShare, dailyShareMax: number): number {
  const half = high - value;
  const room = Math.max(dailyShareMax / 4, dailyShareMax - Math.max(0, value));
  return Math.max(1.25, (half / room) ** (2 / 3));
}

function lowest(values: readonly number[], most = stretches): number[] {
  return stretchesOf(values, most).map((stretch) => Math.min(...stretch));
}

/** From low to high within a stretch, in which a sawtooth that grows has not grown by much. */
function heightOf(values: readonly number[]): number {
  return medianOf(
    stretchesOf(values, stretches).map((stretch) => Math.max(...stretch) - Math.min(...stretch)),
  );
}

function stretchesOf(values: readonly number[], most: number): (readonly number[])[] {
  const count = Math.min(most, values.length);
  const edge = (at: number) => Math.round((at * values.length) / count);
  return Array.from({ length: count }, (_, at) => values.slice(edge(at), edge(at + 1)));
}
