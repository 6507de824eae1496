import type { RecordFile } from '../record-file.js';
import type { RunRecord } from '../run-record.js';

type Endable = Pick<RunRecord, 'state' | 'problem' | 'endedAt'>;

/** The record of what is going on, on disk after each change. Writes one after another. */
export class RecordKeeper<R extends Endable = RunRecord> {
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    public record: R,
    private readonly file: RecordFile<R>,
  ) {}

  /** Rejects with the file system's errors. */
  keep(changes: Partial<R>): Promise<void> {
    this.record = { ...this.record, ...changes };
    const { record } = this;
    this.written = this.written.then(() => this.file.write(this.directory, record));
    return this.written;
  }

  /**
   * Does the work and writes how it ended. When the signal is aborted that is written at once: the
   * process ends soon after, perhaps before the work has given up.
   */
  async during(signal: AbortSignal, work: () => Promise<void>): Promise<R> {
    const end = (state: RunRecord['state'], problem = '') =>
      this.keep({ state, problem, endedAt: new Date().toISOString() } as Partial<R>);
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
