import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SampledRequests } from '@hotpath/contract/http/request-samples';
import { type ArmName, armTraits, storesEvents } from '../arms.js';
import { checkout } from '../checkout.js';
import { serviceMark, serviceOf } from './arm-service.js';
import type { MysqlAddress } from './mysql-server.js';
import { type RigProcess, startProcess } from './process.js';
import type { RedisAddress } from './redis-server.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';
import { waitUntil } from './wait.js';

const startMsMax = 20_000;
/** Longer than the drain that the processes grant themselves (DRAIN_MS_MAX). */
const stopMsMax = 15_000;
const metricsMsMax = 5_000;
const drainPollMs = 50;

export type { ArmName };
export type ArmPart = 'api' | 'worker';

export interface ArmStores {
  readonly dir: RigDirectory;
  readonly mysql: Pick<MysqlAddress, 'url'>;
  readonly redis: Pick<RedisAddress, 'url'>;
  /** The arm's own database; it must exist. */
  readonly database: string;
  /** Settings beside those that the rig gives (HOST, PORT, DATABASE_URL, REDIS_URL). */
  readonly env?: Readonly<Record<string, string>>;
}

/** Metrics by their name with labels, as the page writes them: 'hotpath_events_total{outcome="counted"}'. */
export type Metrics = ReadonlyMap<string, number>;

interface ArmPrograms {
  readonly api: readonly string[];
  readonly worker: readonly string[] | null;
}

const rung = (name: ArmName): ArmPrograms => ({
  api: ['loadtests/dist/src/rungs/main.js', name],
  worker: null,
});

const programs: Record<ArmName, ArmPrograms> = {
  floor: rung('floor'),
  'floor-batched': rung('floor-batched'),
  'floor-durable': rung('floor-durable'),
  upsert: rung('upsert'),
  'group-commit': rung('group-commit'),
  naive: { api: ['naive-logger/dist/main.js'], worker: null },
  async: { api: ['async-logger/dist/main.js'], worker: ['async-logger/dist/worker.main.js'] },
};

/**
 * Starts the processes of an arm, worker first (it makes the tables), each proved ready by its own word.
 * @throws {RigError} when one does not start
 */
export async function startArm(name: ArmName, stores: ArmStores): Promise<Arm> {
  const { worker } = programs[name];
  // What an earlier run left there belongs to stores that are gone.
  rmSync(journalOf(stores), { recursive: true, force: true });
  const started = worker === null ? null : await startPart(name, 'worker', stores, 0);
  return new Arm(name, stores, await startPart(name, 'api', stores, 0), started);
}

/** A running arm: known only as processes with a URL and a page of metrics. */
export class Arm {
  constructor(
    readonly name: ArmName,
    private readonly stores: ArmStores,
    /** Another one after restart('api'). */
    public api: RigProcess,
    public worker: RigProcess | null,
  ) {}

  get url(): string {
    return this.api.url ?? '';
  }

  /** Starts a part again on the same port, whether it is running (it is stopped then) or was killed. */
  async restart(part: ArmPart): Promise<void> {
    const old = this.part(part);
    await old.stop();
    const fresh = await startPart(
      this.name,
      part,
      this.stores,
      Number(new URL(old.url ?? '').port),
    );
    if (part === 'api') this.api = fresh;
    else this.worker = fresh;
  }

  /** @throws {RigError} when the page does not come within 5 s */
  async metrics(part: ArmPart = 'api'): Promise<Metrics> {
    return readMetrics(`${this.part(part).url}/metrics`);
  }

  /**
   * What the API sampled of its requests since it was last asked.
   * @throws {RigError} when it does not come within 5 s
   */
  async takeRequestSamples(): Promise<SampledRequests> {
    const url = `${this.url}/debug/request-samples`;
    try {
      const signal = AbortSignal.timeout(metricsMsMax);
      const response = await fetch(url, { method: 'POST', signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return (await response.json()) as SampledRequests;
    } catch (error) {
      throw new RigError(`${url}: ${(error as Error).message}`, { cause: error });
    }
  }

  /**
   * Waits until every accepted event is stored: nothing in flight or in the journal of the API, no backlog
   * in the worker.
   * Returns how long that took, in ms.
   * @throws {RigError} when it takes longer
   */
  async drained({ withinMs }: { withinMs: number }): Promise<number> {
    const start = performance.now();
    await waitUntil(() => this.isDrained(), {
      withinMs,
      everyMs: drainPollMs,
      until: `${this.name} has stored what it accepted`,
    });
    return performance.now() - start;
  }

  /** The API first, so that the worker's last sync sees everything. */
  async stop(): Promise<void> {
    await this.api.stop();
    await this.worker?.stop();
  }

  private async isDrained(): Promise<boolean> {
    if (!storesEvents(this.name)) return true;
    // In this order: what leaves the API's hands while we ask is in the backlog that we ask for next.
    const api = await this.metrics('api');
    if (sumOf(api, 'hotpath_in_flight_events') !== 0) return false;
    if ((sumOf(api, 'hotpath_journal_bytes') ?? 0) !== 0) return false;
    // Undefined while it can't tell: a worker that has just lost Redis leaves its backlog out.
    return (
      this.worker === null || sumOf(await this.metrics('worker'), 'hotpath_backlog_events') === 0
    );
  }

  private part(part: ArmPart): RigProcess {
    const found = part === 'api' ? this.api : this.worker;
    if (found === null) throw new RigError(`${this.name} has no ${part}`);
    return found;
  }
}

/** Kept over a restart of the API. */
function journalOf({ dir, database }: Pick<ArmStores, 'dir' | 'database'>): string {
  return join(dir.path, 'journal', database);
}

/** One more process of an arm, on any free port with 0. @throws {RigError} when it does not start */
export function startPart(
  name: ArmName,
  part: ArmPart,
  { dir, mysql, redis, database, env }: ArmStores,
  port: number,
): Promise<RigProcess> {
  const program = programs[name][part];
  if (program === null) throw new RigError(`${name} has no ${part}`);
  const [script = '', ...args] = program;
  return startProcess(dir, {
    name: programs[name].worker === null ? name : `${name}-${part}`,
    command: process.execPath,
    args: [join(checkout, script), ...args, ...serviceMark(serviceOf(name, part), dir.path)],
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...(storesEvents(name) && { DATABASE_URL: mysql.url(database) }),
      ...(armTraits[name].keepsIn.includes('redis') && {
        REDIS_URL: redis.url,
        JOURNAL_DIRECTORY: journalOf({ dir, database }),
      }),
      ...env,
    },
    startMsMax,
    stopMsMax,
    ready: ({ pid, log }) => listeningUrl(log(), pid),
  });
}

/** From the one line that a process prints when it serves; its pid shows that the line is its own. */
export function listeningUrl(log: string, pid: number): string | undefined {
  for (const line of log.split('\n')) {
    if (!line.includes('"listening"')) continue;
    try {
      const said = JSON.parse(line) as { event?: string; url?: string; pid?: number };
      if (said.event === 'listening' && said.pid === pid) return said.url;
    } catch {
      // still being written
    }
  }
  return undefined;
}

/** @throws {RigError} when the page does not come within 5 s */
export async function readMetrics(url: string): Promise<Metrics> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(metricsMsMax) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return parseMetrics(await response.text());
  } catch (error) {
    throw new RigError(`${url}: ${(error as Error).message}`, { cause: error });
  }
}

/** The samples of a page in Prometheus' text format. */
export function parseMetrics(page: string): Metrics {
  const metrics = new Map<string, number>();
  for (const line of page.split('\n')) {
    const sample = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)(?: \d+)?$/.exec(line);
    if (sample?.[1] === undefined || sample[2] === undefined) continue;
    metrics.set(sample[1], Number(sample[2].replace('Inf', 'Infinity')));
  }
  return metrics;
}

/** Sum over all label values; undefined when the page has no such metric. */
export function sumOf(metrics: Metrics, name: string): number | undefined {
  const values = [...metrics]
    .filter(([key]) => key === name || key.startsWith(`${name}{`))
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
