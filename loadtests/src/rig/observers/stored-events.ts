import type { Connection, RowDataPacket } from 'mysql2/promise';
import { connectMysql } from './probes.js';
import type { RigMetrics } from './rig-metrics.js';

const everyMs = 1_000;
const answerMsMax = 2_000;
/** The sum reads every row: at most this share of the time is spent on it, however many there are. */
const busyShareMax = 0.02;

/** Reads the sum of an arm's counts from its database, about once a second, until stop(). */
export class StoredEvents {
  private connection: Connection | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly arm: string,
    private readonly databaseUrl: string,
    private readonly metrics: RigMetrics,
  ) {
    this.next(0);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.connection?.destroy();
    this.metrics.stored(this.arm, null);
  }

  private next(afterMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.read(), afterMs);
    this.timer.unref();
  }

  private async read(): Promise<void> {
    const start = performance.now();
    const sum = await this.sum().catch(() => null);
    const tookMs = performance.now() - start;
    // Absent when it can't be read, like every value that nobody knows.
    if (!this.stopped) this.metrics.stored(this.arm, sum);
    this.next(Math.max(everyMs - tookMs, tookMs / busyShareMax));
  }

  private async sum(): Promise<number> {
    try {
      this.connection ??= await connectMysql(this.databaseUrl, answerMsMax);
      const [rows] = await this.connection.query<RowDataPacket[]>({
        sql: 'SELECT COALESCE(SUM(count), 0) AS stored FROM issues',
        timeout: answerMsMax,
      });
      return Number(rows[0]?.stored);
    } catch (error) {
      this.connection?.destroy();
      this.connection = null;
      throw error;
    }
  }
}
