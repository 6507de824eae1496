import { randomInt } from 'node:crypto';
import { exitCodes } from './exit-codes.js';
import { describeFlags, oneOf, parseFlags, refuse, valueFlag, wholeNumber } from './flags.js';
import { pathOf, rigDirectoryFlag, seedFlag } from './load-flags.js';
import { type NeighboursOptions, performNeighbours } from './neighbours/neighbours.js';
import { promisesOf, renderNeighbours } from './neighbours/neighbours-text.js';
import { ensurePrograms } from './rig/ensure-programs.js';
import { k6Path } from './rig/k6.js';
import { openStudyDirectory } from './run/stores.js';

/** The arms that know projects. */
const armNames = ['naive', 'async'] as const;

const neighboursFlags = {
  arm: valueFlag(armNames.join('|'), 'the arm to load', oneOf(armNames)),
  rate: valueFlag('R', 'events a second that each project may send (100)', wholeNumber(5, 10_000)),
  seconds: valueFlag('S', 'length of each of the two loads, seconds (20)', wholeNumber(1, 3_600)),
  seed: seedFlag,
  'rig-dir': rigDirectoryFlag,
};

export const neighboursUsage = `./hotpath run neighbours --arm naive|async [flags]
  three projects, first two within their rate, then the third at 10 × its own beside them
${describeFlags(neighboursFlags)}
  ends with 0 when the flood cost the others no event, 10 when it did, 11 when it was no flood`;

const floodTimes = 10;
/** Three loads follow each other, each by a seed of its own. */
const seedMax = 2 ** 31 - 3;

interface NeighboursConfig extends NeighboursOptions {
  readonly rigDirectory: string | null;
}

/** @throws {UsageError} naming every bad flag */
export function parseNeighboursConfig(argv: readonly string[]): NeighboursConfig {
  const { values, positionals } = parseFlags(neighboursFlags, argv);
  refuse(positionals.length > 0, `neighbours takes flags only, not '${positionals[0]}'`);
  refuse(values.arm === undefined, '--arm says what to load');
  return Object.freeze({
    arm: values.arm ?? 'async',
    ratePerSecond: values.rate ?? 100,
    seconds: values.seconds ?? 20,
    seed: values.seed ?? randomInt(seedMax),
    floodTimes,
    rigDirectory: pathOf(values['rig-dir']),
  });
}

/**
 * Loads an arm as three projects and says what the flood of one cost the others.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, the arm or k6 fails, or a study is running
 */
export async function neighbours(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { rigDirectory, ...options } = parseNeighboursConfig(argv);
  const say = (line: string) => console.error(`hotpath: ${line}`);
  await ensurePrograms(['servers'], say);
  const k6 = await k6Path(say);
  say(`neighbours against ${options.arm}: two loads of ${options.seconds} s, seed ${options.seed}`);
  const dir = await openStudyDirectory(rigDirectory);
  try {
    const result = await performNeighbours(options, dir, k6, signal);
    console.log(renderNeighbours(result));
    const promises = promisesOf(result);
    if (!promises) return exitCodes.runInvalid;
    return promises.every(({ kept }) => kept) ? exitCodes.ok : exitCodes.promiseBroken;
  } finally {
    await dir.close();
  }
}
