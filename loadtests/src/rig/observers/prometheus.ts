import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../checkout.js';
import { type RigProcess, startProcess } from '../process.js';
import type { RigDirectory } from '../rig-directory.js';
import { RigError } from '../rig-error.js';
import { behindLoad } from './behind-load.js';
import { listeningUrlOf } from './listening-url.js';
import { requireObserver } from './observer-programs.js';
import { prometheusConfig, type ScrapeTarget } from './prometheus-config.js';

const startMsMax = 20_000;
const stopMsMax = 10_000;
const askMsMax = 10_000;
/** Room for a soak of hours; whatever is older or more is dropped. */
const retentionTime = '12h';
const retentionSize = '1GB';
const rulesDirectory = join(checkout, 'prometheus/rules');

/** One series of an answer; values are [seconds since 1970, number as text]. */
export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

export interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  /** Instead, where the query is a range. */
  readonly values?: readonly (readonly [number, string])[];
}

export interface Grid {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}

/** A Prometheus of the rig's own. */
export class Prometheus {
  constructor(readonly process: RigProcess) {}

  get url(): string {
    return this.process.url ?? '';
  }

  /** Where k6 sends its series. */
  get remoteWriteUrl(): string {
    return `${this.url}/api/v1/write`;
  }

  /** @throws {RigError} when the query is refused or not answered within 10 s */
  instant(query: string, atSeconds?: number): Promise<InstantSeries[]> {
    const time = atSeconds === undefined ? {} : { time: String(atSeconds) };
    return this.ask<InstantSeries>('query', { query, ...time });
  }

  /** @throws {RigError} when the query is refused or not answered within 10 s */
  range(query: string, { startSeconds, endSeconds, stepSeconds }: Grid): Promise<RangeSeries[]> {
    return this.ask<RangeSeries>('query_range', {
      query,
      start: String(startSeconds),
      end: String(endSeconds),
      step: String(stepSeconds),
    });
  }

  private async ask<T>(path: string, parameters: Record<string, string>): Promise<T[]> {
    try {
      const response = await fetch(`${this.url}/api/v1/${path}`, {
        method: 'POST',
        body: new URLSearchParams(parameters),
        signal: AbortSignal.timeout(askMsMax),
      });
      const answer = (await response.json()) as Answer<T>;
      if (answer.status !== 'success') throw new Error(answer.error ?? `${response.status}`);
      const { resultType, result } = answer.data;
      // A scalar, like `vector(1)`'s argument, is a series without labels.
      if (resultType === 'scalar') return [{ metric: {}, value: result } as T];
      return result as T[];
    } catch (error) {
      throw new RigError(`Prometheus: ${parameters.query}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly resultType: string; readonly result: T[] | [number, string] };
}

/** The rules of the project, without their tests. */
export function ruleFiles(directory: string = rulesDirectory): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.yml') && !name.endsWith('.test.yml'))
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Starts a Prometheus that scrapes every second and takes k6's native histograms, on a free port of
 * 127.0.0.1, with nothing in its store.
 * @throws {RigError} when it is not here or does not start
 */
export async function startPrometheus(
  directory: RigDirectory,
  targets: readonly ScrapeTarget[],
  armTargetsFile: string,
): Promise<Prometheus> {
  const home = directory.directory('prometheus');
  const data = join(home, 'data');
  rmSync(data, { recursive: true, force: true });
  const configuration = join(home, 'prometheus.yml');
  writeFileSync(
    configuration,
    prometheusConfig({ targets, armTargetsFile, ruleFiles: ruleFiles() }),
  );
  const process = await startProcess(directory, {
    name: 'prometheus',
    ...behindLoad(requireObserver('prometheus'), [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${data}`,
      `--storage.tsdb.retention.time=${retentionTime}`,
      `--storage.tsdb.retention.size=${retentionSize}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
      '--web.enable-lifecycle',
      '--enable-feature=native-histograms',
      // How often it looks at changed targets: its usual 5 s would be lost at the begin of every run.
      '--scrape.discovery-reload-interval=1s',
      '--log.level=warn',
    ]),
    startMsMax,
    stopMsMax,
    ready: ({ pid }) => listeningUrlOf(pid, '/-/ready'),
  });
  return new Prometheus(process);
}
