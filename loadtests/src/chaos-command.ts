import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scheduleLine, tallyLines, violationLines } from './chaos/chaos-text.js';
import { type FaultKind, faultKinds } from './chaos/fault-kinds.js';
import type { ScheduleResult } from './chaos/perform.js';
import { runChaos } from './chaos/run-chaos.js';
import { Tally } from './chaos/tally.js';
import type { World } from './chaos/world.js';
import { parseChaosConfig } from './chaos-config.js';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { newRecordId } from './run/describe-study.js';
import { makeRecordDirectory } from './run/record-directory.js';

/**
 * Breaks the async arm by seeded schedules and audits it after each. Ends with 10 when one failed, with 11 when a
 * kind of fault that was tried never bit.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server does not start
 */
export async function chaos(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { seed, schedules, kinds, outDirectory, rigDirectory } = parseChaosConfig(argv);
  const id = newRecordId(new Date(), randomInt(2 ** 16));
  const directory = outDirectory ?? join(checkout, 'runs', id);
  await makeRecordDirectory(directory);
  const tally = new Tally(seed);
  const say = (line: string) => console.error(`hotpath: ${line}`);
  say(`${schedules} schedules from seed ${seed}, into ${directory}`);
  const onFailure = (result: ScheduleResult, world: World) => {
    for (const line of violationLines(result.violations)) console.error(line);
    say(`again: ${commandFor(result.schedule.seed, kinds)}`);
    say(`logs:  ${keepFailure(directory, result, world)}`);
  };
  try {
    await runChaos(
      { seed, schedules, kinds, rigDirectory, signal },
      {
        onMissing: (missing) => {
          tally.record.missing.push(...missing);
          say(`not possible here: ${missing.join(', ')}`);
        },
        onResult: (result, number) => {
          tally.add(result);
          console.error(scheduleLine(result, number, schedules));
        },
        onFailure,
      },
    );
  } finally {
    // Also of a run that was interrupted: what was seen until then was seen.
    writeFileSync(join(directory, 'chaos.json'), `${JSON.stringify(tally.record, null, 2)}\n`);
  }
  return conclude(tally, directory);
}

function conclude(tally: Tally, directory: string): number {
  for (const line of tallyLines(tally.record)) console.log(line);
  console.log(`Record: ${directory}`);
  if (tally.record.failedSeeds.length > 0) return exitCodes.promiseBroken;
  const { toothless } = tally;
  if (toothless.length === 0) return exitCodes.ok;
  console.log(`Void: ${toothless.join(', ')} never did anything, so nothing is shown of them.`);
  return exitCodes.runInvalid;
}

function commandFor(seed: number, kinds: readonly FaultKind[]): string {
  const some = kinds.length < faultKinds.length ? kinds.map((kind) => ` --fault ${kind}`) : [];
  return `./hotpath chaos --seed ${seed} --schedules 1${some.join('')}`;
}

/** Where the failing schedule is kept: what was drawn, what is wrong, and what every process said. */
function keepFailure(directory: string, result: ScheduleResult, world: World): string {
  const kept = join(directory, `seed-${result.schedule.seed}`);
  mkdirSync(kept, { recursive: true });
  const { schedule, faults, violations, drainMs } = result;
  const facts = JSON.stringify({ schedule, faults, drainMs, violations }, null, 2);
  writeFileSync(join(kept, 'facts.json'), `${facts}\n`);
  cpSync(world.dir.directory('logs'), join(kept, 'logs'), { recursive: true });
  return kept;
}
