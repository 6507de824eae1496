import { join } from 'node:path';
import type { Arm } from '../arm.js';
import type { MysqlServer } from '../mysql-server.js';
import type { RigProcess } from '../process.js';
import type { RedisServer } from '../redis-server.js';
import type { RigDirectory } from '../rig-directory.js';
import { waitUntil } from '../wait.js';
import { type ArmLabels, ArmTargets, type Target } from './arm-targets.js';
import {
  startMysqldExporter,
  startNodeExporter,
  startProcessExporter,
  startRedisExporter,
} from './exporters.js';
import { makeObserverAccount } from './mysql-account.js';
import { startProbes } from './probes.js';
import { type Prometheus, startPrometheus } from './prometheus.js';
import type { ScrapeTarget } from './prometheus-config.js';
import { type PhaseLabels, RigMetrics } from './rig-metrics.js';
import { StoredEvents } from './stored-events.js';

/** Prometheus looks for changed targets every 5 s, and then scrapes within one more. */
const seenMsMax = 12_000;

export interface ObservedStores {
  readonly mysql: Pick<MysqlServer, 'url' | 'process'>;
  readonly redis: Pick<RedisServer, 'url' | 'process'>;
}

/**
 * Prometheus, the exporters and the rig's own probes: what watches a rig.
 * Guarantee: all of it ends with the directory's close(), and an unasked end of a part is a death of the rig.
 */
export class Observers {
  private readonly stored = new Map<Arm, StoredEvents>();

  constructor(
    readonly prometheus: Prometheus,
    /** Prometheus and the exporters, whose cost is not that of what is measured. */
    readonly processes: readonly RigProcess[],
    private readonly metrics: RigMetrics,
    private readonly standing: readonly Target[],
    private readonly arms: ArmTargets,
  ) {}

  /** What is to be scraped while the arm runs, its own processes first. */
  targetsWith(arm: Arm): Target[] {
    return [...this.arms.of(arm), ...this.standing];
  }

  /**
   * Has the arm's processes scraped from now on, and its stored events counted.
   * @param databaseUrl null: it stores nothing
   */
  watchArm(arm: Arm, labels: ArmLabels, databaseUrl: string | null): void {
    this.arms.add(arm, labels);
    if (databaseUrl === null) return;
    this.stored.set(arm, new StoredEvents(labels.arm, databaseUrl, this.metrics));
  }

  /** To be called before the arm stops: what is gone on purpose was not missed. */
  forgetArm(arm: Arm): void {
    this.arms.remove(arm);
    this.stored.get(arm)?.stop();
    this.stored.delete(arm);
  }

  /**
   * Resolves once every process of the arm is scraped well, and everything else that is to be.
   * @throws {RigError} when that takes longer than 12 s
   */
  async seen(arm: Arm): Promise<void> {
    const wanted = this.targetsWith(arm).map(({ address }) => address);
    await waitUntil(
      async () => {
        const up = await this.prometheus.instant('up == 1');
        const seen = new Set(up.map(({ metric }) => metric.instance));
        return wanted.every((address) => seen.has(address));
      },
      { withinMs: seenMsMax, everyMs: 100, until: `Prometheus scrapes ${arm.name}` },
    );
  }

  /** What the rig does now; null between runs. */
  enter(labels: PhaseLabels | null): void {
    this.metrics.enter(labels);
  }
}

/**
 * Starts all observers of one rig, whose stores run.
 * @throws {RigError} when one is missing, does not start or is refused by a store
 */
export async function startObservers(
  directory: RigDirectory,
  { mysql, redis }: ObservedStores,
): Promise<Observers> {
  const metrics = new RigMetrics();
  const stopProbes = startProbes(mysql.url(''), redis.url, metrics);
  directory.onClose(async () => {
    stopProbes();
    metrics.close();
  });
  const rig = await metrics.serve();
  const account = await makeObserverAccount(mysql.url(''));
  const [host, mysqld, redisd, processes] = await Promise.all([
    startNodeExporter(directory),
    startMysqldExporter(directory, account),
    startRedisExporter(directory, redis.url),
    startProcessExporter(directory, { mysql: mysql.process.pid, redis: redis.process.pid }),
  ]);
  const target = (url: string | null, service: string, kind: ScrapeTarget['kind']) => ({
    url: url ?? '',
    labels: { service },
    kind,
  });
  const arms = new ArmTargets(join(directory.directory('observers'), 'arms.json'));
  const targets = [
    target(rig, 'rig', 'own'),
    target(host.url, 'host', 'exporter'),
    target(mysqld.url, 'mysql', 'exporter'),
    target(redisd.url, 'redis', 'exporter'),
    target(processes.url, 'process-exporter', 'processes'),
  ];
  const prometheus = await startPrometheus(directory, targets, arms.file);
  const all = [host, mysqld, redisd, processes, prometheus.process];
  const standing = targets.map(({ url, labels }) => ({ ...labels, address: new URL(url).host }));
  return new Observers(prometheus, all, metrics, standing, arms);
}
