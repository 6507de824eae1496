import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { CapacityRecord } from './capacity/capacity-record.js';
import { renderCapacity } from './capacity/capacity-text.js';
import { ledgerOpen } from './capacity/ledgers.js';
import { performCapacity } from './capacity/perform-capacity.js';
import { type CapacityConfig, parseCapacityConfig } from './capacity-config.js';
import { checkout } from './checkout.js';
import { environment } from './config.js';
import { exitCodes } from './exit-codes.js';
import { secondsBesideLoad } from './recorded-command.js';
import { k6Path } from './rig/k6.js';
import { newRecordId } from './run/describe-study.js';
import { Progress } from './run/progress.js';

const textWidth = 100;
/** Guesses for the display, which the arms that have ended correct. */
const stepsGuessed = 8;
const secondsBesideStep = 5;

/**
 * Finds how much each arm carries and prints every step. Ends with 10 when an arm that promises it was not exact,
 * with 11 when nothing can be said: the floor itself held no rate, or what 2xx promises is not durable.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, an arm, k6 or wrk fails
 */
export async function capacity(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const config = parseCapacityConfig(argv);
  const id = newRecordId(new Date(), randomInt(2 ** 16));
  const directory = config.outDirectory ?? join(checkout, 'runs', id);
  const { dumbTerminal: dumb, utf8, noColor } = environment;
  const plan = { blocks: 1, labels: config.arms, runs: config.arms.length };
  const progress = new Progress(
    process.stderr,
    { ...plan, secondsARun: secondsGuessed(config) },
    { dumb, utf8, colours: !noColor },
  );
  signal.addEventListener('abort', () => progress.close());
  try {
    progress.say(`Capacity of ${config.arms.join(', ')}, seed ${config.seed}, into ${directory}`);
    const k6 = await k6Path((line) => progress.say(line));
    const record = await performCapacity(config, id, directory, { k6, progress, signal });
    progress.close();
    console.log(renderCapacity(record, textWidth));
    console.log(`\nRecord: ${directory}`);
    return exitCodeOf(record);
  } finally {
    progress.close();
  }
}

function secondsGuessed({ stepSeconds, warmUpSeconds, ...sweep }: CapacityConfig): number {
  const steps = stepsGuessed * (stepSeconds + secondsBesideStep);
  const points = sweep.concurrencies.length * (sweep.sweepSeconds + 1);
  return secondsBesideLoad + 2 * warmUpSeconds + steps + points;
}

function exitCodeOf({ arms, durability }: CapacityRecord): number {
  if (arms.some(ledgerOpen)) return exitCodes.promiseBroken;
  const floor = arms.find(({ arm }) => arm === 'floor');
  const isMeasured = floor?.heldPerSecond != null && durability.holds;
  return isMeasured ? exitCodes.ok : exitCodes.runInvalid;
}
