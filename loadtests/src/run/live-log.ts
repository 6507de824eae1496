import { type FileHandle, open } from 'node:fs/promises';
import { acknowledgedLetters } from './raw-log.js';

/** Answers of this many last milliseconds make the live figures. */
const windowMs = 2_000;
const readBytesMax = 1024 * 1024;
const letters: readonly string[] = acknowledgedLetters;

export interface LiveFigures {
  /** Acknowledged. */
  readonly ratePerSecond: number;
  /** Of the acknowledged; null while there are none. */
  readonly p95Ms: number | null;
  /** Refused, failed or unanswered; what k6 could not start leaves no line. */
  readonly failuresPerSecond: number;
}

interface Answer {
  readonly endMs: number;
  readonly durationMs: number;
  readonly acknowledged: boolean;
}

/**
 * Follows the raw log of a running k6, for the progress display alone: figures that count are read
 * from the whole file afterwards. Trade: reads at most 1 MiB a look, so a very fast load is shown late.
 */
export class LiveLog {
  private handle: FileHandle | null = null;
  private offset = 0;
  private rest = '';
  private answers: Answer[] = [];

  constructor(private readonly file: string) {}

  /** Null before the first answer is logged. */
  async look(): Promise<LiveFigures | null> {
    await this.readOn();
    const last = this.answers.at(-1);
    if (last === undefined) return null;
    const since = Math.max(last.endMs, Date.now() - windowMs / 2) - windowMs;
    this.answers = this.answers.filter(({ endMs }) => endMs > since);
    const durations = this.answers.filter((a) => a.acknowledged).map((a) => a.durationMs);
    const failed = this.answers.length - durations.length;
    durations.sort((left, right) => left - right);
    return {
      ratePerSecond: (durations.length * 1_000) / windowMs,
      p95Ms: durations[Math.ceil(durations.length * 0.95) - 1] ?? null,
      failuresPerSecond: (failed * 1_000) / windowMs,
    };
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
  }

  private async readOn(): Promise<void> {
    this.handle ??= await open(this.file, 'r').catch(() => null);
    if (this.handle === null) return; // k6 makes it with its first line
    const buffer = Buffer.allocUnsafe(readBytesMax);
    const { bytesRead } = await this.handle.read(buffer, 0, readBytesMax, this.offset);
    this.offset += bytesRead;
    const lines = (this.rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, outcome = '', start, duration] = line.split(' ');
      const [startMs, durationMs] = [Number(start), Number(duration)];
      if (!Number.isFinite(startMs) || !Number.isFinite(durationMs)) continue;
      const acknowledged = letters.includes(outcome);
      this.answers.push({ endMs: startMs + durationMs, durationMs, acknowledged });
    }
  }
}
