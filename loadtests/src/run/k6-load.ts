import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkout } from '../checkout.js';
import type { ScenarioName } from '../config.js';
import { type RigProcess, startProcess } from '../rig/process.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { RigError } from '../rig/rig-error.js';

/** A request without answer after this long counts as unanswered. */
export const timeoutSeconds = 5;
/** k6 itself needs this long at most to start its users, and after the load to sum up. */
const besideLoadMsMax = 60_000;
const stopMsMax = 2_000;

/** Prometheus takes k6's series while it runs. */
export interface RemoteWrite {
  readonly url: string;
  /** On every series. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Load {
  /** What the process and its files are called: 'warm-up' or 'measured'. */
  readonly name: string;
  readonly scenario: ScenarioName;
  readonly url: string;
  readonly seed: number;
  /** Of open models; null: the scenario's own. */
  readonly ratePerSecond: number | null;
  /** Null: the scenario's own. */
  readonly seconds: number | null;
  /** Most users of an open model; null: the scenario's own. */
  readonly vus: number | null;
  /** Visit every known issue first: a warm-up must, or the rare ones are first sights later. */
  readonly introduce: boolean;
  readonly remoteWrite?: RemoteWrite | undefined;
}

/** Any script beside the scenarios, with what only it has as it stands in k6's environment. */
export interface ScriptLoad extends Omit<Load, 'scenario'> {
  readonly scenario: string;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface LoadFiles {
  readonly raw: string;
  readonly summary: string;
}

export interface RunningLoad {
  readonly process: RigProcess;
  readonly files: LoadFiles;
  /**
   * Resolves when k6 has ended well.
   * @throws {RigError} when it failed or did not end in time
   */
  readonly ended: Promise<void>;
}

const summarySchema = z.object({
  metrics: z.record(z.string(), z.object({ values: z.record(z.string(), z.number()) })),
});

/** What k6 itself says of a load. */
export interface K6Summary {
  readonly iterations: number;
  readonly dropped: number;
  readonly p95Ms: number | null;
  /** Its count of each outcome, by name. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export function loadFiles(directory: string, name: string): LoadFiles {
  return { raw: join(directory, `${name}.log`), summary: join(directory, `${name}.json`) };
}

/** Starts k6; it makes its users first, so the load begins some seconds later. */
export async function startLoad(
  rig: RigDirectory,
  k6: string,
  load: ScriptLoad,
  directory: string,
): Promise<RunningLoad> {
  const files = loadFiles(directory, load.name);
  const process = await startProcess(rig, {
    name: `k6-${load.name}`,
    command: k6,
    args: [
      ...['run', '--quiet', '--no-color', '--no-usage-report', '--address', ''],
      ...['--log-format', 'raw', '--console-output', files.raw],
      ...reporting(load.remoteWrite),
      // Read by nobody in there: tells whoever watches processes whose k6 this is.
      ...['--env', `HOTPATH_RIG=${rig.path}`],
      join(checkout, 'loadtests/k6/scenarios', `${load.scenario}.ts`),
    ],
    env: { ...settingsOf(load, files), ...remoteWriteSettings(load.remoteWrite) },
    ready: () => null,
    startMsMax: besideLoadMsMax,
    stopMsMax,
  });
  return { process, files, ended: waitForEnd(process, load) };
}

function settingsOf(load: ScriptLoad, files: LoadFiles): Record<string, string> {
  const settings: Record<string, string | null> = {
    HOTPATH_URL: load.url,
    HOTPATH_SEED: String(load.seed),
    HOTPATH_RATE: load.ratePerSecond === null ? null : String(load.ratePerSecond),
    HOTPATH_DURATION: load.seconds === null ? null : `${load.seconds}s`,
    HOTPATH_VUS: load.vus === null ? null : String(load.vus),
    HOTPATH_TIMEOUT: `${timeoutSeconds}s`,
    HOTPATH_INTRODUCE: load.introduce ? '1' : '0',
    HOTPATH_RAW: '1',
    HOTPATH_SUMMARY: files.summary,
    ...load.settings,
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function reporting(remoteWrite: RemoteWrite | undefined): string[] {
  if (remoteWrite === undefined) return [];
  const tags = Object.entries(remoteWrite.tags).flatMap((tag) => ['--tag', tag.join('=')]);
  return ['--out', 'experimental-prometheus-rw', ...tags];
}

function remoteWriteSettings(remoteWrite: RemoteWrite | undefined): Record<string, string> {
  if (remoteWrite === undefined) return {};
  return {
    K6_PROMETHEUS_RW_SERVER_URL: remoteWrite.url,
    K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
    // Or the last value of a load that has ended stays for five minutes.
    K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
    K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
  };
}

async function waitForEnd(process: RigProcess, load: ScriptLoad): Promise<void> {
  const longest = load.seconds ?? 3_600;
  const withinMs = longest * 1_000 + timeoutSeconds * 1_000 + besideLoadMsMax;
  const timer = setTimeout(() => void process.stop(), withinMs);
  const { code, signal } = await process.exited;
  clearTimeout(timer);
  if (code === 0) return;
  const said = (await readFile(process.logFile, 'utf8').catch(() => '')).trimEnd().slice(-2_000);
  throw new RigError(
    `${process.name} ended with ${signal ?? `code ${code}`}. The end of ${process.logFile}:\n${said}`,
  );
}

/** @throws {RigError} when k6 left no summary that can be read */
export async function readSummary({ summary }: LoadFiles): Promise<K6Summary> {
  try {
    const { metrics } = summarySchema.parse(JSON.parse(await readFile(summary, 'utf8')));
    const count = (name: string) => metrics[name]?.values.count ?? 0;
    const prefix = 'hotpath_outcomes{outcome:';
    const outcomes = Object.keys(metrics)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length, -1), count(name)] as const);
    return {
      iterations: count('iterations{part:load}'),
      dropped: count('dropped_iterations'),
      p95Ms: metrics['http_req_duration{part:load}']?.values['p(95)'] ?? null,
      outcomes: Object.fromEntries(outcomes),
    };
  } catch (cause) {
    throw new RigError(`k6's summary ${summary} can't be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
