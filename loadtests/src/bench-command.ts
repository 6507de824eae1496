import { randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type ArmName, armTraits } from './arms.js';
import { type MacroSide, macroArms, performMacro } from './bench/macro.js';
import { disqualified, renderMacro } from './bench/macro-text.js';
import { performMicro } from './bench/micro.js';
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
import { placeOf, startServers } from './rig/servers.js';
import { newRecordId } from './run/describe-study.js';
import { openStudyDirectory } from './run/stores.js';
import { armsHelp, parseArmNames } from './study-entries.js';

const benchFlags = {
  seconds: valueFlag('S', 'length of a measured window, seconds (5)', wholeNumber(1, 600)),
  'warm-up': valueFlag('S', 'length of a warm-up, seconds (2)', wholeNumber(1, 600)),
  rounds: valueFlag('N', 'rounds; each loads every arm once (3)', wholeNumber(1, 100)),
  connections: valueFlag('N', 'users without think time (64)', wholeNumber(1, 10_000)),
  arms: valueFlag('a,b,c', `${armsHelp} (${macroArms.join(',')})`, z.string()),
  seed: valueFlag('S', 'seed of order and events (drawn)', wholeNumber(0, 2 ** 31 - 1)),
  profile: switchFlag('macro: a CPU profile of each API, as a flame graph and a table'),
  out: valueFlag(
    'DIR',
    'where the profiles go (runs/bench-<id>)',
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
  readonly connections: number;
  readonly seed: number;
  /** Null: no profile is taken. */
  readonly profileDirectory: string | null;
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
  refuse(out !== undefined && !profile, '--out is where profiles go: it takes --profile, too');
  return Object.freeze({
    arms: values.arms === undefined ? macroArms : parseArmNames(values.arms),
    parts,
    seconds: values.seconds ?? 5,
    warmUpSeconds: values['warm-up'] ?? 2,
    rounds: values.rounds ?? 3,
    connections: values.connections ?? connectionsDefault,
    seed: values.seed ?? randomInt(2 ** 31 - 1),
    profileDirectory: profile ? resolve(out ?? defaultDirectory()) : null,
    rigDirectory: rigDirectory === undefined ? null : resolve(rigDirectory),
  });
}

const defaultDirectory = () =>
  join(checkout, 'runs', `bench-${newRecordId(new Date(), randomInt(2 ** 16))}`);

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
  const { seconds, rounds, connections, seed, profileDirectory } = config;
  const say = (line: string) => console.error(`hotpath: ${line}`);
  say(
    `${plural(rounds, 'round')} of ${seconds} s an arm, ${connections} connections, seed ${seed}`,
  );
  if (profileDirectory !== null) await mkdir(profileDirectory, { recursive: true });
  const dir = await openStudyDirectory(config.rigDirectory);
  try {
    const servers = await startServers(await placeOf('auto'), dir);
    const onSide = ({ round, arm, acknowledgedPerSecond }: MacroSide) =>
      say(`round ${round} of ${rounds}: ${arm} ${countText(acknowledgedPerSecond)} events/s`);
    const sides = await performMacro(config, { ...servers, dir, signal, onSide, onNote: say });
    console.log(renderMacro(sides));
    if (profileDirectory !== null) {
      console.log('\nProfiled: rates and CPU above include the profiler.');
      for (const drawn of await drawProfiles(profileDirectory, sides)) {
        console.log(`\n${renderProfile(drawn)}`);
      }
    }
    return exitCodeOf(sides);
  } finally {
    await dir.close();
  }
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
