import { type RunRecord, writeRecord } from '../run-record.js';

/** The record of what is going on, on disk after each change. Writes one after another. */
export class RecordKeeper {
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    public record: RunRecord,
  ) {}

  /** Rejects with the file system's errors. */
  keep(changes: Partial<RunRecord>): Promise<void> {
    this.record = { ...this.record, ...changes };
    const { record } = this;
    this.written = this.written.then(() => writeRecord(this.directory, record));
    return this.written;
  }

  /**
   * Does the work and writes how it ended. When the signal is aborted that is written at once: the
   * process ends soon after, perhaps before the work has given up.
   */
  async during(signal: AbortSignal, work: () => Promise<void>): Promise<RunRecord> {
    const end = (state: RunRecord['state'], problem = '') =>
      this.keep({ state, problem, endedAt: new Date().toISOString() });
    const onAbort = () => void end('interrupted');
    signal.addEventListener('abort', onAbort);
    try {
      await this.keep({});
      await work();
      signal.throwIfAborted();
      await end('complete');
      return this.record;
    } catch (error) {
      if (!signal.aborted) await end('failed', (error as Error).message);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
