/** Faults that leave every process alive: of links, disks, clocks and locks. */
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { readMetrics } from '../rig/arm.js';
import { sharedMessages } from './client.js';
import type { Fault } from './fault.js';
import type { LinkName, ServiceName } from './fault-kinds.js';
import { holdLock, readIssues } from './issue-rows.store.js';
import type { DrawnFault } from './schedule.js';
import type { World } from './world.js';

const resetEveryMs = 120;
const fsyncDelayMs = { min: 5, max: 100 } as const;
/** Short of the window in which an event id is known, 10 minutes of Redis' clock: that is what is promised. */
const clockStepsMs: Readonly<Record<string, readonly number[]>> = {
  redis: [-540_000, -60_000, -5_000, 5_000, 60_000, 540_000],
  api: [-3_600_000, -60_000, -5_000, 5_000, 60_000, 3_600_000],
  worker: [-3_600_000, -60_000, -5_000, 5_000, 60_000, 3_600_000],
};

export function linkFault(world: World, { kind, target }: DrawnFault): Fault {
  const link = world.links[target as LinkName];
  const before = { ...link.counts };
  let again: NodeJS.Timeout | undefined;
  return {
    begin: async () => {
      Object.assign(before, link.counts);
      if (kind === 'stall') link.stall();
      else if (kind === 'lost-answers') link.loseAnswers();
      else {
        link.reset();
        again = setInterval(() => link.reset(), resetEveryMs);
      }
    },
    end: async () => {
      clearInterval(again);
      const { connectionsReset, bytesHeld, bytesLost } = link.counts;
      link.heal();
      if (kind === 'reset') {
        const count = connectionsReset - before.connectionsReset;
        return { bitten: count > 0, seen: `${count} ends of connections were reset` };
      }
      const bytes = kind === 'stall' ? bytesHeld - before.bytesHeld : bytesLost - before.bytesLost;
      return { bitten: bytes > 0, seen: `${bytes} B were ${kind === 'stall' ? 'late' : 'lost'}` };
    },
  };
}

/** slow-fsync and clock-step. */
export function pageFault(world: World, { kind, target, strength }: DrawnFault): Fault {
  const page = world.pages?.[target as ServiceName];
  if (!page) throw new Error(`${kind} ${target} without a fault page`);
  const slow = kind === 'slow-fsync';
  const done = () => (slow ? page.fsyncsDelayed : page.clockReadsStepped);
  const { min, max } = fsyncDelayMs;
  const delayMs = Math.round(min * (max / min) ** strength);
  const steps = clockStepsMs[target] ?? [0];
  const stepMs = steps[Math.floor(strength * steps.length)] ?? 0;
  let before = 0;
  return {
    begin: async () => {
      before = done();
      if (slow) page.delayFsyncs(delayMs);
      else page.stepClock(stepMs);
    },
    end: async () => {
      if (slow) page.delayFsyncs(0);
      else page.stepClock(0);
      const count = done() - before;
      const what = slow ? `fsyncs took ${delayMs} ms more` : `looks at the clock, ${stepMs} ms off`;
      return { bitten: count > 0, seen: `${count} ${what}` };
    },
  };
}

/** Redis ends itself when it can't write; the API has to refuse what it would keep. */
export function diskFault(world: World, { target }: DrawnFault): Fault {
  const disk = world.disks?.[target as 'api' | 'redis'];
  if (!disk) throw new Error(`full-disk ${target} without a small disk`);
  const { services } = world;
  const refused = async () => {
    const metrics = await readMetrics(`${services.api.process?.url}/metrics`).catch(() => null);
    return metrics?.get('hotpath_journal_batches_total{result="refused"}') ?? 0;
  };
  let before = 0;
  return {
    begin: async () => {
      before = target === 'api' ? await refused() : 0;
      await disk.fill();
    },
    end: async () => {
      const count = target === 'api' ? (await refused()) - before : 0;
      const ended = target === 'redis' && !services.redis.running;
      disk.empty();
      if (target === 'redis') await services.redis.up();
      if (target === 'api')
        return { bitten: count > 0, seen: `the journal refused ${count} batches` };
      return { bitten: ended, seen: ended ? 'Redis ended itself' : 'Redis wrote nothing' };
    },
  };
}

export function lockFault(world: World, { target, strength }: DrawnFault): Fault {
  let release: () => void = () => {};
  let holding: Promise<number> = Promise.resolve(0);
  return {
    begin: async () => {
      const { databaseUrl } = world;
      const done = new Promise<void>((resolve) => {
        release = resolve;
      });
      const row = target === 'row' ? rowOf(databaseUrl, strength) : Promise.resolve(null);
      holding = row.then((fingerprint) => holdLock(databaseUrl, fingerprint, done));
      holding.catch(() => {}); // end() tells it
    },
    end: async () => {
      release();
      try {
        const waitingMax = await holding;
        return { bitten: waitingMax > 0, seen: `${waitingMax} writes waited at once` };
      } catch (error) {
        return { bitten: false, seen: `it was not held: ${(error as Error).message}` };
      }
    },
  };
}

/** Of an issue that all schedules have; null, for the whole table, in the first of them. */
async function rowOf(databaseUrl: string, strength: number): Promise<string | null> {
  const message = sharedMessages[Math.floor(strength * sharedMessages.length)] ?? '';
  const fingerprint = fingerprintV1({ message });
  return (await readIssues(databaseUrl)).has(fingerprint) ? fingerprint : null;
}
