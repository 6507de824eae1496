/** A process that is started again when it is gone, as whoever runs it in production would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RigProcess } from '../rig/process.js';
import { RigError } from '../rig/rig-error.js';

/** A process that dies at once (its database may be down too) is started again this soon. */
const againMs = 100;
export const upMsMax = 30_000;

export class Supervised {
  private starting: Promise<void> | null = null;

  constructor(
    readonly name: string,
    /** Null while it was never started. */
    private readonly current: () => RigProcess | null,
    private readonly startOnce: () => Promise<void>,
    private readonly signal: AbortSignal,
  ) {}

  get process(): RigProcess | null {
    return this.current();
  }

  get running(): boolean {
    return this.current()?.running ?? false;
  }

  /**
   * Resolves once it runs and is ready.
   * @throws {RigError} when it does not within 30 s
   */
  up(): Promise<void> {
    this.starting ??= this.start().finally(() => {
      this.starting = null;
    });
    return this.starting;
  }

  private async start(): Promise<void> {
    const deadline = performance.now() + upMsMax;
    while (!this.running) {
      this.signal.throwIfAborted();
      try {
        await this.startOnce();
      } catch (error) {
        if (!(error instanceof RigError) || performance.now() > deadline) throw error;
        await sleep(againMs);
      }
    }
  }
}
