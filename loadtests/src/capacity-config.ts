import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type ArmName, armNames } from './arms.js';
import type { RigKind } from './config.js';
import {
  describeFlags,
  oneOf,
  parseFlags,
  refuse,
  switchFlag,
  valueFlag,
  wholeNumber,
} from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import {
  outFlag,
  pathOf,
  rigDirectoryFlag,
  rigFlag,
  secondsFlag,
  seedFlag,
  seedMax,
  warmUpFlag,
} from './load-flags.js';
import { armsHelp, parseArmNames } from './study-entries.js';

export interface CapacityConfig {
  readonly quick: boolean;
  /** The floor first: what it can't hold, no arm is asked. */
  readonly arms: readonly ArmName[];
  readonly stepSeconds: number;
  readonly warmUpSeconds: number;
  readonly firstPerSecond: number;
  readonly mostPerSecond: number;
  readonly resolutionShare: number;
  readonly sweepSeconds: number;
  readonly concurrencies: readonly number[];
  readonly seed: number;
  readonly rig: RigKind;
  readonly outDirectory: string | null;
  readonly rigDirectory: string | null;
}

const usersMax = 1_000;

/** '1,2,4' as numbers, each more than the one before. */
const usersList = z
  .string()
  .regex(/^\d{1,4}(,\d{1,4})*$/, 'takes numbers of users, as 1,2,4')
  .transform((text) => text.split(',').map(Number))
  .refine(
    (users) => users.every((count, i) => count > (users[i - 1] ?? 0) && count <= usersMax),
    `takes growing numbers of users from 1 to ${usersMax}`,
  );

/** Far above what k6 makes on any box. */
const mostDefault = 50_000;

const capacityFlags = {
  arm: valueFlag(armNames.join('|'), 'one arm, beside the floor', oneOf(armNames)),
  arms: valueFlag('pair|ladder|a,b,c', `${armsHelp} (pair: naive,async)`, z.string()),
  quick: switchFlag('short steps and coarse: 4 minutes for the pair'),
  seconds: { ...secondsFlag, help: 'length of a step, seconds (10; quick 3)' },
  'warm-up': warmUpFlag,
  first: valueFlag('R', 'first rate, arrivals a second (250; quick 500)', wholeNumber(1, 50_000)),
  most: valueFlag('R', `no rate above it (${mostDefault})`, wholeNumber(1, mostDefault)),
  users: valueFlag(
    '1,2,4,…',
    'users who never pause, for the fit (powers of 2 to 256; quick 64)',
    usersList,
  ),
  seed: seedFlag,
  rig: rigFlag,
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

export const capacityUsage = `./hotpath capacity [flags]
  Raises the arrival rate of each arm until p99 is over 250 ms or 0.1 % of the arrivals are dropped or failed,
  then bisects; and fits the Universal Scalability Law to users who never pause.
${describeFlags(capacityFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseCapacityConfig(argv: readonly string[]): CapacityConfig {
  const { values, positionals } = parseFlags(capacityFlags, argv);
  refuse(positionals.length > 0, `capacity takes flags only, not '${positionals[0]}'`);
  refuse(
    values.arm !== undefined && values.arms !== undefined,
    '--arm is one and --arms are several: give one of them',
  );
  const { quick } = values;
  const mostPerSecond = values.most ?? mostDefault;
  return freezeDeep({
    quick,
    arms: ['floor', ...armsOf(values.arm ?? values.arms ?? 'pair')],
    stepSeconds: values.seconds ?? (quick ? 3 : 10),
    warmUpSeconds: values['warm-up'] ?? (quick ? 3 : 10),
    firstPerSecond: Math.min(values.first ?? (quick ? 500 : 250), mostPerSecond),
    mostPerSecond,
    resolutionShare: quick ? 0.1 : 0.05,
    sweepSeconds: quick ? 1 : 5,
    concurrencies: values.users ?? powersTo(quick ? 64 : 256),
    seed: values.seed ?? randomInt(seedMax),
    rig: values.rig ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}

function powersTo(most: number): number[] {
  return Array.from({ length: Math.log2(most) + 1 }, (_, power) => 2 ** power);
}

function armsOf(text: string): ArmName[] {
  const arms = parseArmNames(text === 'pair' ? 'naive,async' : text);
  return arms.filter((arm) => arm !== 'floor');
}
