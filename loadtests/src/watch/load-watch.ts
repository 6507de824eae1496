import { ArmWatch } from './arm-watch.js';
import type { Sample } from './figures.js';

/** What k6 says of a load: the user's side, where the arm's own pages are the server's. */
export type ClientFigures = Pick<Sample, 'rate' | 'p95' | 'failures'>;

/** k6's log is looked at once a second too, so that a look at the arm may come shortly before the next. */
const freshMsMax = 2_500;
const nothing: ClientFigures = Object.freeze({ rate: null, p95: null, failures: null });

/**
 * An arm under load: rate, p95 and failures as k6 sees them; backlog, pool and CPU from the arm's pages,
 * each asked for once a second and never twice at a time.
 */
export class LoadWatch {
  private readonly arm: ArmWatch;
  private seen: { readonly figures: ClientFigures; readonly atMs: number } | null = null;
  private isLooking = false;

  constructor(label: string, urls: readonly string[]) {
    this.arm = new ArmWatch(label, urls);
  }

  get history(): readonly Sample[] {
    return this.arm.history;
  }

  get latest(): Sample {
    return this.arm.latest;
  }

  see(figures: ClientFigures): void {
    this.seen = { figures, atMs: performance.now() };
  }

  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const sample = await this.arm.ask();
    const isFresh = performance.now() - (this.seen?.atMs ?? Number.NEGATIVE_INFINITY) <= freshMsMax;
    this.arm.keep({ ...sample, ...(isFresh ? this.seen?.figures : nothing) });
    this.isLooking = false;
  }
}
