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

export interface Probed {
  readonly ratePerSecond: number;
  /** Empty, or why it is lower than asked. */
  readonly reason: string;
}

/** Null when the rate is carried, else what happened, to complete 'the floor alone …'. */
export type Probe = (ratePerSecond: number, number: number) => Promise<string | null>;

/**
 * Finds the highest rate, from the asked one down, that the generator and the floor carry on this
 * box. Gives the last one tried when none is carried: the blocks' own floor then makes them invalid.
 */
export async function findRate(asked: number, probe: Probe): Promise<Probed> {
  let rate = asked;
  let reason = '';
  for (let number = 1; number <= probesMax; number += 1) {
    const problem = await probe(rate, number);
    const lower = lowered(rate);
    if (problem === null || number === probesMax || lower >= rate) break;
    reason =
      `The rate is ${countText(lower)} arrivals a second for all arms, not the ` +
      `${countText(asked)} asked for: at ${countText(rate)} the floor alone ${problem} on this box.`;
    rate = lower;
  }
  return { ratePerSecond: rate, reason };
}

/** To a rate that people can remember: hundreds, below a thousand tens. */
function lowered(rate: number): number {
  const step = rate * lowerTo >= 1_000 ? 100 : 10;
  return Math.max(step, Math.floor((rate * lowerTo) / step) * step);
}

/** Probes with the floor alone. On a box that others use, nothing is known, so the asked rate stays. */
export async function probeRate(
  asked: number,
  seed: number,
  recordDirectory: string,
  tools: RunTools,
): Promise<Probed> {
  tools.progress.enter('waiting for calm');
  const calm = await tools.calm.wait();
  if (calm.backgroundCores > validityLimits.backgroundCoresMax) {
    return { ratePerSecond: asked, reason: '' };
  }
  const path = join(recordDirectory, 'probe');
  await mkdir(path, { recursive: true });
  const arm = await startArm('floor', { ...tools.stores, database: databaseName });
  try {
    // The first load meets a cold floor, which drops what a warm one carries.
    tools.progress.enter('warming up the floor, to see what this box can carry', probeSeconds);
    await loadFloor('warm-up', asked, seed, arm.url, path, tools);
    return await findRate(asked, (rate, number) => {
      tools.progress.enter(`can this box carry ${countText(rate)}/s? floor alone`, probeSeconds);
      return loadFloor(`probe-${number}`, rate, seed + number, arm.url, path, tools);
    });
  } finally {
    await arm.stop();
  }
}

async function loadFloor(
  name: string,
  ratePerSecond: number,
  seed: number,
  url: string,
  path: string,
  { stores, k6 }: RunTools,
): Promise<string | null> {
  const steady = {
    scenario: 'steady',
    seconds: probeSeconds,
    vus: null,
    introduce: false,
  } as const;
  const load = await startLoad(stores.dir, k6, { ...steady, name, url, seed, ratePerSecond }, path);
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
