import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { countText, shareText } from '../number-text.js';
import { startArm } from '../rig/arm.js';
import { idleShare, readHostCpu } from '../rig/host.js';
import { validityLimits } from './checks.js';
import { readSummary, startLoad } from './k6-load.js';
import type { RunTools } from './one-run.js';
import { databaseName } from './stores.js';

const probeSeconds = 3;
const probesMax = 5;
/** The floor at the study's rate must leave room for arms that need more CPU than it does. */
const lowerTo = 0.7;
/** Rates that people can remember. */
const stepPerSecond = 50;

export interface Probed {
  readonly ratePerSecond: number;
  /** Empty, or why it is lower than asked. */
  readonly reason: string;
}

/**
 * Finds the highest rate, from the asked one down, that the generator and the floor carry on this
 * box. Gives the last one tried when none is carried: the blocks' own floor then makes them invalid.
 */
export async function probeRate(
  asked: number,
  seed: number,
  recordDirectory: string,
  tools: RunTools,
): Promise<Probed> {
  const path = join(recordDirectory, 'probe');
  await mkdir(path, { recursive: true });
  const { stores } = tools;
  const arm = await startArm('floor', { ...stores, database: databaseName });
  try {
    // The first load meets a cold floor, which drops what a warm one carries.
    await probe('warm-up', asked, seed, arm.url, path, tools);
    let rate = asked;
    let reason = '';
    for (let probes = 1; probes <= probesMax; probes += 1) {
      tools.progress.enter(`can this box carry ${countText(rate)}/s? floor alone`, probeSeconds);
      const problem = await probe(`probe-${probes}`, rate, seed + probes, arm.url, path, tools);
      if (problem === null) break;
      const lower = Math.max(1, Math.floor((rate * lowerTo) / stepPerSecond) * stepPerSecond);
      reason =
        `The rate is ${countText(lower)} arrivals a second for all arms, not the ` +
        `${countText(asked)} asked for: at ${countText(rate)} the floor alone ${problem} on this box.`;
      rate = lower;
    }
    return { ratePerSecond: rate, reason };
  } finally {
    await arm.stop();
  }
}

/** Null when the rate is carried, else what happened, to complete 'the floor alone …'. */
async function probe(
  name: string,
  ratePerSecond: number,
  seed: number,
  url: string,
  path: string,
  { stores, k6 }: RunTools,
): Promise<string | null> {
  const load = await startLoad(
    stores.dir,
    k6,
    {
      name,
      scenario: 'steady',
      url,
      seed,
      ratePerSecond,
      seconds: probeSeconds,
      vus: null,
      introduce: false,
    },
    path,
  );
  const before = readHostCpu();
  await load.ended;
  const idle = idleShare(before, readHostCpu());
  const { iterations, dropped } = await readSummary(load.files);
  const droppedShare = dropped / Math.max(1, iterations + dropped);
  if (droppedShare > validityLimits.floorDroppedShareMax) {
    return `left ${shareText(droppedShare)} of the arrivals undone`;
  }
  return idle < validityLimits.floorIdleShareMin
    ? `kept the host ${shareText(1 - idle)} busy`
    : null;
}
