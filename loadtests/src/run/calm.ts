import { backgroundLoadCores } from '../rig/host.js';

/** A shorter look takes one tick of 10 ms for 2 % of a core. */
const lookMs = 500;

export interface Calm {
  /** Cores that were busy in the last look. */
  readonly backgroundCores: number;
  readonly waitedMs: number;
}

/**
 * Waits until others leave this host alone, at most withinMs: what still runs then is measured, said
 * and judged, never hidden. The rig's own servers idle meanwhile and count as background too.
 */
export async function waitForCalm(
  { coresMax, withinMs }: { coresMax: number; withinMs: number },
  busy: (cores: number) => void,
  look: () => Promise<number> = () => backgroundLoadCores(lookMs),
): Promise<Calm> {
  const start = performance.now();
  for (;;) {
    const backgroundCores = await look();
    const waitedMs = performance.now() - start;
    if (backgroundCores <= coresMax || waitedMs >= withinMs) return { backgroundCores, waitedMs };
    busy(backgroundCores);
  }
}
