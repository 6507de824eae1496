import { backgroundLoadCores } from '../rig/host.js';
import { validityLimits } from './checks.js';
import type { Progress } from './progress.js';

/** A shorter look takes one tick of 10 ms for 2 % of a core. */
const lookMs = 500;
/** Once a run. */
const waitMsMax = 10_000;
/** Of a whole study: a box that is never calm must not make --quick last for ever. */
const waitMsMaxInAll = 30_000;

export interface Calm {
  /** Cores that were busy in the last look. */
  readonly backgroundCores: number;
  readonly waitedMs: number;
}

/**
 * Waits until others leave this host alone, within limits: what still runs then is measured, said and
 * judged, never hidden. The rig's databases idle meanwhile and count as background too; what watches
 * them does not, as it is there in every run.
 */
export class CalmWaiter {
  constructor(
    private readonly progress: Pick<Progress, 'note'>,
    observers: readonly { readonly pid: number }[] = [],
    private readonly look: () => Promise<number> = () =>
      backgroundLoadCores(
        lookMs,
        observers.map(({ pid }) => pid),
      ),
    /** Goes down with every wait. */
    private leftMs = waitMsMaxInAll,
  ) {}

  async wait(): Promise<Calm> {
    const start = performance.now();
    const withinMs = Math.min(waitMsMax, this.leftMs);
    for (;;) {
      const backgroundCores = await this.look();
      const waitedMs = performance.now() - start;
      if (backgroundCores <= validityLimits.backgroundCoresMax || waitedMs >= withinMs) {
        this.leftMs = Math.max(0, this.leftMs - waitedMs);
        return { backgroundCores, waitedMs };
      }
      this.progress.note(`others use ${Math.round(backgroundCores * 100)} % of a core`);
    }
  }
}
