import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import type { RecordedObservation } from '../observation-record.js';
import type { Arm } from '../rig/arm.js';
import type { Observers } from '../rig/observers/observers.js';
import { RigError } from '../rig/rig-error.js';
import { collectSeries, gridOf, type TimeSpan } from '../series/collect-series.js';
import { panelQueries } from '../series/panel-queries.js';
import { seriesFileName, writeSeries } from '../series/series-file.js';
import type { RemoteWrite } from './k6-load.js';
import { missedScrapes } from './missed-scrapes.js';
import type { ProcessUse } from './process-meter.js';
import { acknowledgedLetters } from './raw-log.js';
import { directoryOf, type RunTask } from './run-task.js';
import type { MeasuredWindow } from './window.js';

const dashboardsDirectory = join(checkout, 'grafana/dashboards');
/** Phases of a run that the series hotpath_run_phase names; between them nothing is measured. */
const namedPhases = ['starting', 'warm-up', 'measuring', 'draining'];

/** One run, as it is watched. */
export class Observation {
  private readonly labels: { run: string; block: string; arm: string; scenario: string };
  private startMs = Date.now();

  constructor(
    private readonly observers: Observers,
    private readonly task: RunTask,
    recordId: string,
  ) {
    const { block, entry, scenario } = task;
    this.labels = { run: recordId, block: String(block), arm: entry.label, scenario };
  }

  /** Where k6 is to send its series, and under which labels. */
  get remoteWrite(): RemoteWrite {
    return { url: this.observers.prometheus.remoteWriteUrl, tags: this.labels };
  }

  get processes() {
    return this.observers.processes;
  }

  enter(phase: string): void {
    this.observers.enter(namedPhases.includes(phase) ? { ...this.labels, phase } : null);
  }

  /** From now on; what is kept begins here. */
  watch(arm: Arm, databaseUrl: string | null): void {
    this.startMs = Date.now();
    const { run, block, arm: label } = this.labels;
    this.observers.watchArm(arm, { run, block, arm: label }, databaseUrl);
  }

  forget(arm: Arm): void {
    this.enter('');
    this.observers.forgetArm(arm);
  }

  /** Resolves once Prometheus scrapes the arm, or has not for so long that the run will be invalid. */
  async seen(arm: Arm): Promise<void> {
    await this.observers.seen(arm).catch(() => {});
  }

  /**
   * What was seen of the window, and everything since the run began into the run's directory. Of a
   * Prometheus that does not answer any more: nothing, and every scrape was missed.
   */
  async describe(arm: Arm, measured: MeasuredWindow, path: string): Promise<RecordedObservation> {
    const { startMs, endMs, observerUses, ended } = measured;
    const window = { startSeconds: startMs / 1_000, endSeconds: endMs / 1_000 };
    const sum = (of: (use: ProcessUse) => number) =>
      observerUses.reduce((total, use) => total + of(use), 0);
    const cost = {
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      rssBytesMax: sum(({ rssBytesMax }) => rssBytesMax),
    };
    const client = meanOf(ended.log.durationsMs(acknowledgedLetters));
    try {
      const all = { startSeconds: this.startMs / 1_000, endSeconds: Date.now() / 1_000 };
      return {
        targets: await this.missed(arm, window),
        cost,
        meanMs: { client, service: await this.serviceMeanMs(window) },
        series: await this.keepSeries(all, path),
      };
    } catch (error) {
      if (!(error instanceof RigError)) throw error;
      const missed = missedScrapes([], window);
      const targets = this.observers.targetsWith(arm).map(({ service }) => ({ service, missed }));
      return { targets, cost, meanMs: { client, service: null }, series: null };
    }
  }

  private async missed(arm: Arm, window: TimeSpan): Promise<RecordedObservation['targets']> {
    const rangeSeconds = Math.ceil(window.endSeconds - window.startSeconds);
    const query = `up[${rangeSeconds}s]`;
    const found = await this.observers.prometheus.instant(query, window.endSeconds);
    return this.observers.targetsWith(arm).map(({ address, service }) => {
      const { values = [] } = found.find(({ metric }) => metric.instance === address) ?? {};
      return { service, missed: missedScrapes(values, window) };
    });
  }

  /** From the arrival of a request to its receipt, over the acknowledged ones. */
  private async serviceMeanMs({ startSeconds, endSeconds }: TimeSpan): Promise<number | null> {
    const { run, block, arm } = this.labels;
    const increase = (name: string) =>
      `sum(increase(${name}{run="${run}",block="${block}",arm="${arm}"}[${Math.ceil(endSeconds - startSeconds)}s]))`;
    const query = `${increase('hotpath_ack_seconds_sum')} / ${increase('hotpath_ack_seconds_count')}`;
    const [mean] = await this.observers.prometheus.instant(query, endSeconds);
    const seconds = Number(mean?.value?.[1] ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds * 1_000 : null;
  }

  private async keepSeries(span: TimeSpan, path: string): Promise<RecordedObservation['series']> {
    const grid = gridOf(span);
    const { stepSeconds } = grid;
    const { run, arm, scenario } = this.labels;
    const variables = { run, arm, scenario };
    const rangeSeconds = grid.endSeconds - grid.startSeconds;
    const queries = (await readDashboards()).flatMap((dashboard) =>
      panelQueries(dashboard, variables, { rangeSeconds, stepSeconds }),
    );
    if (queries.length === 0) return null;
    const file = await collectSeries(queries, variables, grid, (expr, at) =>
      this.observers.prometheus.range(expr, at),
    );
    const bytes = await writeSeries(path, file);
    const empty = file.answers.filter(({ series }) => series.length === 0).length;
    const name = join(directoryOf(this.task), seriesFileName);
    return { file: name, bytes, queries: file.answers.length, empty };
  }
}

function meanOf(values: Float64Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** As data: how they are made is none of a run's business. */
async function readDashboards(): Promise<unknown[]> {
  const names = await readdir(dashboardsDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(dashboardsDirectory, name), 'utf8'))),
  );
}
