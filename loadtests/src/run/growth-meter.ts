import type { Growth, GrowthMetric } from '../growth-record.js';
import { type Arm, type Metrics, readMetrics, sumOf } from '../rig/arm.js';
import { openDescriptorsOf } from '../rig/proc.js';
import type { Metered } from './process-meter.js';
import { RedisData } from './redis-data.store.js';
import type { RunTask } from './run-task.js';
import type { MeasuredWindow } from './window.js';

/** Seldom: each reading costs the services a page. At most 720 of them, as a run lasts an hour at most. */
const readEveryMs = 5_000;
/**
 * Each reading is late by another part of this. Read every 5 s, a backlog that is emptied every 2 s shows two of its
 * moments only, and as those drift along it, half an hour of them looks like growth.
 */
const spreadMs = 4_000;
/** Its multiples, whole numbers left out, leave no part of any period unseen for long. */
const goldenRatio = (1 + Math.sqrt(5)) / 2;
const mebibyte = 2 ** 20;

/** A shorter run says nothing of what grows. */
const growthSecondsMin = 60;

interface Watched {
  readonly arm: Pick<Arm, 'api' | 'worker'>;
  readonly services: readonly Metered[];
  readonly stores: { readonly redis: { readonly url: string } };
}

/** Measures, and reads meanwhile what could grow for ever; not in a run that is too short to tell. */
export async function meteringGrowth(
  { seconds }: Pick<RunTask, 'seconds'>,
  watched: Watched,
  measure: () => Promise<MeasuredWindow>,
): Promise<{ readonly window: MeasuredWindow; readonly growth?: Growth }> {
  if ((seconds ?? 0) < growthSecondsMin) return { window: await measure() };
  const meter = new GrowthMeter(watched);
  const window = await measure().finally(() => meter.abandon());
  return { window, growth: meter.within(window) };
}

interface Reading {
  readonly atMs: number;
  readonly values: ReadonlyMap<string, number>;
}

interface Kind {
  readonly metric: GrowthMetric;
  readonly unit: string;
  readonly of: (page: Metrics) => number | undefined;
}

const pageKinds: readonly Kind[] = [
  {
    metric: 'heap used',
    unit: 'MiB',
    of: (page) => scaled(sumOf(page, 'nodejs_heap_size_used_bytes')),
  },
  {
    metric: 'active resources',
    unit: '',
    of: (page) => sumOf(page, 'nodejs_active_resources_total'),
  },
  { metric: 'active handles', unit: '', of: (page) => sumOf(page, 'nodejs_active_handles_total') },
  { metric: 'backlog', unit: 'events', of: (page) => sumOf(page, 'hotpath_backlog_events') },
];
const units: Readonly<Record<string, string>> = {
  ...Object.fromEntries(pageKinds.map(({ metric, unit }) => [metric, unit])),
  data: 'MiB',
};

/**
 * Reads from now until it is abandoned what could grow for ever, every 5 s or so; what can't be read then is left out of that
 * reading. Resident memory is read by ProcessMeter.
 */
class GrowthMeter {
  private readonly readings: Reading[] = [];
  private readonly redis: RedisData;
  private readonly startedMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private isAbandoned = false;

  constructor(private readonly watched: Watched) {
    this.redis = new RedisData(watched.stores.redis.url);
    this.readLater(1);
  }

  private readLater(number: number): void {
    if (this.isAbandoned) return;
    const dueMs = number * readEveryMs + readingOffsetMs(number);
    const waitMs = this.startedMs + dueMs - performance.now();
    // A reading takes 10 s at most: those that are due before it ends are left out.
    if (waitMs < 0) {
      this.readLater(number + 1);
      return;
    }
    this.timer = setTimeout(() => {
      this.reading = this.read().then(() => this.readLater(number + 1));
    }, waitMs).unref();
  }

  /** What was read between the two moments, ms since 1970. */
  within(window: Pick<MeasuredWindow, 'startMs' | 'endMs'>): Growth {
    const within = this.readings.filter(
      ({ atMs }) => atMs >= window.startMs && atMs <= window.endMs,
    );
    const names = [...new Set(within.flatMap(({ values }) => [...values.keys()]))];
    return {
      everySeconds: readEveryMs / 1_000,
      series: names.map((name) => {
        const [process = '', metric = ''] = name.split('/');
        return {
          ...{ process, metric: metric as GrowthMetric, unit: units[metric] ?? '' },
          values: within.map(({ values }) => rounded(values.get(name))),
        };
      }),
    };
  }

  /** Reads no more. */
  async abandon(): Promise<void> {
    this.isAbandoned = true;
    clearTimeout(this.timer);
    await this.reading;
    this.redis.close();
  }

  private async read(): Promise<void> {
    const values = new Map<string, number>();
    const atMs = Date.now();
    for (const { name, pid } of this.watched.services) {
      const descriptors = openDescriptorsOf(pid);
      if (descriptors !== null) values.set(`${name}/open descriptors`, descriptors);
    }
    await Promise.all([
      ...(['api', 'worker'] as const).map((part) => this.readPage(part, values)),
      this.redis.besideKept().then(
        (bytes) => values.set('redis/data', bytes / mebibyte),
        () => {},
      ),
    ]);
    this.readings.push({ atMs, values });
  }

  private async readPage(part: 'api' | 'worker', values: Map<string, number>): Promise<void> {
    const url = this.watched.arm[part]?.url;
    if (!url) return;
    const page = await readMetrics(`${url}/metrics`).catch(() => null);
    if (page === null) return;
    for (const { metric, of } of pageKinds) {
      const value = of(page);
      if (value !== undefined) values.set(`${part}/${metric}`, value);
    }
  }
}

/** How late the n-th reading is, ms. */
export function readingOffsetMs(number: number): number {
  return ((number * goldenRatio) % 1) * spreadMs;
}

function scaled(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / mebibyte;
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1_000) / 1_000;
}
