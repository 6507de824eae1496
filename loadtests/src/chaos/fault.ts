import type { Face } from './fault-kinds.js';
import { freezeFault, killFault, powerCutFault, secondFault, stopFault } from './process-faults.js';
import { diskFault, linkFault, lockFault, pageFault } from './quiet-faults.js';
import type { DrawnFault } from './schedule.js';
import type { World } from './world.js';

/** Whether the world has felt it. One that has not is void: it has tried nothing. */
export interface Bite {
  readonly bitten: boolean;
  readonly seen: string;
}

/** begin() and end() in this order, once each; both have an end of their own. */
export interface Fault {
  begin(): Promise<void>;
  end(): Promise<Bite>;
}

const makers: Readonly<Record<Face['kind'], (world: World, drawn: DrawnFault) => Fault>> = {
  kill: killFault,
  stop: stopFault,
  freeze: freezeFault,
  'power-cut': powerCutFault,
  'full-disk': diskFault,
  'slow-fsync': pageFault,
  'clock-step': pageFault,
  reset: linkFault,
  stall: linkFault,
  'lost-answers': linkFault,
  lock: lockFault,
  second: secondFault,
};

export function makeFault(world: World, drawn: DrawnFault): Fault {
  return makers[drawn.kind](world, drawn);
}

/** Why a face can't be had here, by face; null when it can. */
export function missingFor({ kind, target }: Face, world: World): string | null {
  const byPage = kind === 'slow-fsync' || kind === 'clock-step' || kind === 'power-cut';
  if (byPage && world.pages === null) return 'needs a C compiler (cc)';
  if (kind === 'full-disk' && world.disks === null)
    return `needs root, to mount a small disk for ${target}`;
  return null;
}
