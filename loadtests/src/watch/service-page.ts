import { metrics as series } from '@hotpath/contract/metrics';
import { outcomes } from '@hotpath/contract/outcomes';
import { type Metrics, parseMetrics, sumOf } from '../rig/arm.js';
import { type Bucket, bucketQuantile } from './bucket-quantile.js';
import {
  away,
  type Figure,
  type FigureName,
  figureNames,
  type PoolUse,
  type Sample,
  unknownSample,
} from './figures.js';

/** Below the second between two looks, so that they never pile up. A page that takes longer counts as away. */
export const pageMsMax = 900;

interface Page {
  readonly atMs: number;
  readonly metrics: Metrics;
}

/**
 * The /metrics page of one process, looked at again and again; figures come from the difference to the
 * page before. A restart shows as one look without those; a page that does not come makes away what it had.
 */
export class ServicePage {
  private before: Page | null = null;
  /** What the last page that came could tell; before the first one nobody knows. */
  private tells: readonly FigureName[] = figureNames;
  /** Why there is no page; null when there is one. */
  problem: string | null = null;

  constructor(readonly url: string) {}

  async look(): Promise<Sample> {
    const page = await this.fetchPage();
    const { before } = this;
    this.before = page;
    if (page === null) return { ...unknownSample, ...awayOf(this.tells) };
    this.tells = figuresOn(page.metrics);
    return sampleOf(page, before);
  }

  private async fetchPage(): Promise<Page | null> {
    try {
      const response = await fetch(`${this.url}/metrics`, {
        signal: AbortSignal.timeout(pageMsMax),
      });
      const atMs = performance.now(); // before the body, which may wait for the processor
      const text = await response.text();
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.problem = null;
      return { atMs, metrics: parseMetrics(text) };
    } catch (error) {
      this.problem = reasonOf(error as Error);
      return null;
    }
  }
}

function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return `no page within ${pageMsMax} ms`;
  return (error.cause as { code?: string } | undefined)?.code ?? error.message;
}

function awayOf(names: readonly FigureName[]): Partial<Record<FigureName, typeof away>> {
  return Object.fromEntries(names.map((name) => [name, away]));
}

function figuresOn(metrics: Metrics): FigureName[] {
  const takesEvents = metrics.has(eventsKey(outcomes.counted));
  const has: Record<FigureName, boolean> = {
    ...{ rate: takesEvents, p95: takesEvents, failures: takesEvents },
    backlog: metrics.has(series.backlogEvents.name),
    pool: poolOf(metrics) !== null,
    CPU: metrics.has(cpuKey),
  };
  return figureNames.filter((name) => has[name]);
}

function sampleOf({ atMs, metrics }: Page, before: Page | null): Sample {
  const known = {
    backlog: sumOf(metrics, series.backlogEvents.name) ?? null,
    pool: poolOf(metrics),
  };
  // Counters of another process, or of none: there is nothing to subtract.
  if (before === null || isRestarted(metrics, before.metrics))
    return { ...unknownSample, ...known };
  const seconds = (atMs - before.atMs) / 1_000;
  const perSecond = (keys: readonly string[]): Figure => {
    const now = keys.flatMap((key) => metrics.get(key) ?? []);
    if (now.length === 0) return null;
    return keys.reduce((sum, key) => sum + grown(metrics, before.metrics, key), 0) / seconds;
  };
  const { counted, duplicate, rejected, shed, failed } = outcomes;
  return {
    ...known,
    rate: perSecond([counted, duplicate].map(eventsKey)),
    failures: perSecond([rejected, shed, failed].map(eventsKey)),
    p95: p95Of(metrics, before.metrics),
    CPU: perSecond([cpuKey]),
  };
}

function eventsKey(outcome: string): string {
  return `${series.events.name}{outcome="${outcome}"}`;
}

function grown(now: Metrics, before: Metrics, key: string): number {
  return (now.get(key) ?? 0) - (before.get(key) ?? 0);
}

const cpuKey = 'process_cpu_seconds_total';
const startKey = 'process_start_time_seconds';

/** The start time is in whole seconds, so a counter that shrank tells too. */
function isRestarted(now: Metrics, before: Metrics): boolean {
  if (now.get(startKey) !== before.get(startKey)) return true;
  return [...now.keys()].some((key) => isCounter(key) && grown(now, before, key) < 0);
}

function isCounter(key: string): boolean {
  return key.startsWith(series.events.name) || key === cpuKey;
}

function p95Of(now: Metrics, before: Metrics): Figure {
  const prefix = `${series.ackSeconds.name}_bucket{le="`;
  const buckets: Bucket[] = [];
  for (const key of now.keys()) {
    if (!key.startsWith(prefix)) continue;
    const bound = key.slice(prefix.length, -2);
    const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    buckets.push({ upTo, count: grown(now, before, key) });
  }
  const seconds = bucketQuantile(buckets, 0.95);
  return seconds === null ? null : seconds * 1_000;
}

function poolOf(metrics: Metrics): PoolUse | null {
  const connections = (state: string) =>
    metrics.get(`${series.poolConnections.name}{state="${state}"}`);
  const [active, limit] = [connections('active'), connections('limit')];
  if (active === undefined || limit === undefined) return null;
  return { active, limit, waiting: sumOf(metrics, series.poolPendingRequests.name) ?? 0 };
}
