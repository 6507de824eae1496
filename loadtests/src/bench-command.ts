import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type ArmName, armTraits } from './arms.js';
import type { MacroSide } from './bench/bench-record.js';
import { macroArms } from './bench/macro.js';
import { disqualified, renderBench } from './bench/macro-text.js';
import { performMicro } from './bench/micro.js';
import { performBench } from './bench/perform-bench.js';
import { renderProfile } from './bench/profile-text.js';
import { drawProfiles } from './bench/recorded-profile.js';
import { connectionsDefault } from './bench/wrk-load.js';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import {
  describeFlags,
  parseFlags,
  refuse,
  switchFlag,
  UsageError,
  valueFlag,
  wholeNumber,
} from './flags.js';
import { countText, plural } from './number-text.js';
import { newRecordId } from './run/describe-study.js';
import { armsHelp, parseArmNames } from './study-entries.js';

const connectionsMax = 10_000;
const connectionsList = z
  .string()
  .regex(/^\d{1,5}(,\d{1,5})*$/, 'takes numbers of connections, as 64,500')
  .transform((text) => text.split(',').map(Number))
  .refine(
    (all) => new Set(all).size === all.length && all.every((n) => n >= 1 && n <= connectionsMax),
    `takes different numbers of connections from 1 to ${connectionsMax}`,
  );

const benchFlags = {
  seconds: valueFlag('S', 'length of a measured window, seconds (5)', wholeNumber(1, 600)),
  'warm-up': valueFlag('S', 'length of a warm-up, seconds (2)', wholeNumber(1, 600)),
  rounds: valueFlag('N', 'rounds; each loads every arm once (3)', wholeNumber(1, 100)),
  connections: valueFlag(
    'N,M',
    `users without think time, one number or several (${connectionsDefault})`,
    connectionsList,
  ),
  arms: valueFlag('a,b,c', `${armsHelp} (${macroArms.join(',')})`, z.string()),
  seed: valueFlag('S', 'seed of order and events (drawn)', wholeNumber(0, 2 ** 31 - 1)),
  profile: switchFlag('macro: a CPU profile of each API, as a flame graph and a table'),
  out: valueFlag(
    'DIR',
    'where the record and the profiles go (runs/<id>)',
    z.string().min(1, 'takes a directory'),
  ),
  'rig-dir': {
    ...valueFlag('DIR', 'where the rig puts its servers', z.string().min(1, 'takes a directory')),
    hidden: true,
  } as const,
};

export const benchUsage = `./hotpath bench [macro|micro] [flags]
  macro   whole arms, saturated over connections without think time: ratios in one run
  micro   single functions of the hot path, and what a batch and a chunk cost the stores
  both, one after the other, when neither is named; the flags are macro's
${describeFlags(benchFlags)}`;

interface BenchConfig {
  readonly arms: readonly ArmName[];
  readonly parts: readonly ('macro' | 'micro')[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly connections: readonly number[];
  readonly seed: number;
  /** Are CPU profiles taken? They go beside the record. */
  readonly profile: boolean;
  /** Null: runs/<id>. */
  readonly outDirectory: string | null;
  readonly rigDirectory: string | null;
}

/** @throws {UsageError} naming every bad flag */
export function parseBenchConfig(argv: readonly string[]): BenchConfig {
  const { values, positionals } = parseFlags(benchFlags, argv);
  const parts = (['macro', 'micro'] as const).filter(
    (part) => positionals.length === 0 || positionals[0] === part,
  );
  if (parts.length === 0 || positionals.length > 1) {
    throw new UsageError(`bench takes macro or micro or nothing, not '${positionals.join(' ')}'`);
  }
  const { profile, out, 'rig-dir': rigDirectory } = values;
  refuse(profile && !parts.includes('macro'), '--profile takes macro: it profiles whole arms');
  refuse(
    out !== undefined && !parts.includes('macro'),
    '--out takes macro: micro leaves no record',
  );
  const connections = values.connections ?? [connectionsDefault];
  refuse(profile && connections.length > 1, '--profile takes one number of connections');
  return Object.freeze({
    arms: values.arms === undefined ? macroArms : parseArmNames(values.arms),
    parts,
    seconds: values.seconds ?? 5,
    warmUpSeconds: values['warm-up'] ?? 2,
    rounds: values.rounds ?? 3,
    connections,
    seed: values.seed ?? randomInt(2 ** 31 - 1),
    profile,
    outDirectory: out === undefined ? null : resolve(out),
    rigDirectory: rigDirectory === undefined ? null : resolve(rigDirectory),
  });
}

/**
 * Prints what the hot path costs and how the saturated arms compare. Ends with 10 when an arm that promises it was not
 * exact and with 11 when an arm acknowledged nothing; a missed goal is printed, and ends with 0.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, an arm or wrk fails, or a study is running
 */
export async function bench(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const config = parseBenchConfig(argv);
  if (config.parts.includes('micro')) {
    const code = await performMicro(signal);
    if (code !== exitCodes.ok || config.parts.length === 1) return code;
    console.log('');
  }
  return macro(config, signal);
}

async function macro(config: BenchConfig, signal: AbortSignal): Promise<number> {
  const { seconds, rounds, connections, seed, profile } = config;
  const id = newRecordId(new Date(), randomInt(2 ** 16));
  const directory = config.outDirectory ?? join(checkout, 'runs', id);
  const say = (line: string) => console.error(`hotpath: ${line}`);
  say(
    `${plural(rounds, 'round')} of ${seconds} s an arm, ${connections.join(' and ')} connections, ` +
      `seed ${seed}, into ${directory}`,
  );
  const onSide = (side: MacroSide) =>
    say(
      `round ${side.round} of ${rounds}, ${side.connections} connections: ` +
        `${side.arm} ${countText(side.acknowledgedPerSecond)} events/s`,
    );
  const options = { ...config, profileDirectory: profile ? directory : null };
  const record = await performBench(options, id, directory, { signal, onSide, onNote: say });
  console.log(renderBench(record));
  if (profile) {
    for (const drawn of await drawProfiles(directory, record.sides)) {
      console.log(`\n${renderProfile(drawn)}`);
    }
  }
  console.log(`\nRecord: ${directory}   again: ./hotpath report ${directory}`);
  return exitCodeOf(record.sides);
}

function exitCodeOf(sides: readonly MacroSide[]): number {
  const isOpen = sides.some(
    ({ arm, ledger }) =>
      armTraits[arm].exact && ledger !== null && ledger.lost + ledger.surplus > 0,
  );
  if (isOpen) return exitCodes.promiseBroken;
  const bad = [...new Set(sides.map(({ arm }) => arm))].some((arm) => disqualified(sides, arm));
  return bad ? exitCodes.runInvalid : exitCodes.ok;
}
