/**
 * Asks MySQL and Redis the smallest question, ten times a second each: a server that is paused, or whose
 * disk stalls, leaves no trace in an exporter, which waits with everybody else.
 */
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import type { RigMetrics } from './rig-metrics.js';

const everyMs = 100;
/** Longer than any answer of a server that works; shorter than what a fault lasts. */
const answerMsMax = 1_000;

export type Store = 'mysql' | 'redis';

interface Line {
  ask(): Promise<unknown>;
  close(): void;
}

/** Connects, within the time limit. */
type Connect = () => Promise<Line>;

/** One store, asked over a connection of its own. A question that is late keeps the next ones waiting. */
class Probe {
  private line: Line | null = null;
  private waiting = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: Store,
    private readonly connect: Connect,
    private readonly metrics: RigMetrics,
  ) {
    this.timer = setInterval(() => void this.tick(), everyMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.hangUp();
  }

  private async tick(): Promise<void> {
    if (this.waiting) return;
    this.waiting = true;
    try {
      this.line ??= await this.connect();
      const start = performance.now();
      await this.line.ask();
      this.metrics.probed(this.store, (performance.now() - start) / 1_000);
    } catch {
      // The next tick connects again: to a server that is back, or to one more failure.
      this.metrics.probeFailed(this.store);
      this.hangUp();
    } finally {
      this.waiting = false;
    }
  }

  private hangUp(): void {
    this.line?.close();
    this.line = null;
  }
}

/** Returns the function that stops them. */
export function startProbes(mysqlUrl: string, redisUrl: string, metrics: RigMetrics): () => void {
  const probes = [
    new Probe('mysql', () => callMysql(mysqlUrl), metrics),
    new Probe('redis', () => callRedis(redisUrl), metrics),
  ];
  return () => {
    for (const probe of probes) probe.stop();
  };
}

async function callMysql(url: string): Promise<Line> {
  const connection = await connectMysql(url, answerMsMax);
  return {
    ask: () => connection.query({ sql: 'SELECT 1', timeout: answerMsMax }),
    close: () => connection.destroy(),
  };
}

/** Its later loss is seen by whoever asks next: without a listener it would end this process. */
export async function connectMysql(url: string, msMax: number): Promise<Connection> {
  const connection = await createConnection({ uri: url, connectTimeout: msMax });
  connection.on('error', () => {});
  return connection;
}

async function callRedis(url: string): Promise<Line> {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: answerMsMax,
    commandTimeout: answerMsMax,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  await client.connect();
  return { ask: () => client.ping(), close: () => client.disconnect() };
}
