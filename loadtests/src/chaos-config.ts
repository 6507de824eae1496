import { randomInt } from 'node:crypto';
import { type FaultKind, faultKinds, faultSentences } from './chaos/fault-kinds.js';
import {
  describeFlags,
  manyFlag,
  oneOf,
  parseFlags,
  refuse,
  valueFlag,
  wholeNumber,
} from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import { outFlag, pathOf, rigDirectoryFlag, seedMax } from './load-flags.js';

const schedulesDefault = 10;
const schedulesMax = 100_000;

export interface ChaosConfig {
  /** Of the first schedule; the next has the next. */
  readonly seed: number;
  readonly schedules: number;
  readonly kinds: readonly FaultKind[];
  readonly outDirectory: string | null;
  readonly rigDirectory: string | null;
}

const chaosFlags = {
  seed: valueFlag(
    'S',
    'seed of the first schedule, the next has the next (drawn)',
    wholeNumber(0, seedMax),
  ),
  schedules: valueFlag('N', `how many (${schedulesDefault})`, wholeNumber(1, schedulesMax)),
  fault: manyFlag('KIND', 'this kind alone; again for one more (all kinds)', oneOf(faultKinds)),
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

const kindWidth = Math.max(...faultKinds.map((kind) => kind.length));

export const chaosUsage = `./hotpath chaos [flags]
  Loads the async arm, breaks it by a seeded schedule of faults, lets it heal, and holds what clients
  were told of each event against what is stored. Ends with 10 when an event was lost or doubled.
${describeFlags(chaosFlags)}
  kinds:
${faultKinds.map((kind) => `    ${kind.padEnd(kindWidth)}  ${faultSentences[kind]}`).join('\n')}`;

/** Throws UsageError naming every bad flag. */
export function parseChaosConfig(argv: readonly string[]): ChaosConfig {
  const { values, positionals } = parseFlags(chaosFlags, argv);
  refuse(positionals.length > 0, `chaos takes flags only, not '${positionals[0]}'`);
  return freezeDeep({
    seed: values.seed ?? randomInt(seedMax),
    schedules: values.schedules ?? schedulesDefault,
    kinds: values.fault.length > 0 ? [...new Set(values.fault)] : faultKinds,
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}
