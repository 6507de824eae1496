import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { exitCodes } from './exit-codes.js';
import { describeFlags, parseFlags, refuse, valueFlag, wholeNumber } from './flags.js';
import { type OverloadOptions, performOverload } from './overload/overload.js';
import { promisesOf, renderOverload } from './overload/overload-text.js';
import { openStudyDirectory } from './run/stores.js';

const overloadFlags = {
  seconds: valueFlag('S', 'length of the flood, seconds (60)', wholeNumber(1, 3_600)),
  bound: valueFlag('N', 'events in flight that the arm lets in (16)', wholeNumber(1, 10_000)),
  connections: valueFlag('N', 'connections of the flood (400)', wholeNumber(10, 10_000)),
  fsync: valueFlag(
    'MS',
    'more for each fsync of Redis, 0 for none; needs cc (20)',
    wholeNumber(0, 1_000),
  ),
  seed: valueFlag('S', 'seed of the events (drawn)', wholeNumber(0, 2 ** 31 - 1)),
  'rig-dir': {
    ...valueFlag('DIR', 'where the rig puts its servers', z.string().min(1, 'takes a directory')),
    hidden: true,
  } as const,
};

export const overloadUsage = `./hotpath overload [flags]
  half the capacity of async, its capacity, ten times that and more, and half of it again: what is
  accepted, how fast, with how much memory, and whether all that was acknowledged is stored
${describeFlags(overloadFlags)}
  ends with 0 when every promise was kept, 10 when one was not, 11 when the flood was too small`;

const besideSecondsMax = 10;

interface OverloadConfig extends OverloadOptions {
  readonly rigDirectory: string | null;
}

/** @throws {UsageError} naming every bad flag */
export function parseOverloadConfig(argv: readonly string[]): OverloadConfig {
  const { values, positionals } = parseFlags(overloadFlags, argv);
  refuse(positionals.length > 0, `overload takes flags only, not '${positionals[0]}'`);
  const seconds = values.seconds ?? 60;
  const rigDirectory = values['rig-dir'];
  return Object.freeze({
    seconds,
    besideSeconds: Math.max(1, Math.min(besideSecondsMax, Math.round(seconds / 3))),
    boundEvents: values.bound ?? 16,
    floodConnections: values.connections ?? 400,
    fsyncMs: values.fsync ?? 20,
    seed: values.seed ?? randomInt(2 ** 31 - 1),
    rigDirectory: rigDirectory === undefined ? null : resolve(rigDirectory),
  });
}

/**
 * Floods the async arm and says which of its promises it kept.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, the arm or wrk fails, or a study is running
 */
export async function overload(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { rigDirectory, ...options } = parseOverloadConfig(argv);
  const { seconds, boundEvents, fsyncMs, seed } = options;
  console.error(
    `hotpath: ${seconds} s of flood, ${boundEvents} events in flight let in, ` +
      `each fsync of Redis ${fsyncMs} ms slower, seed ${seed}`,
  );
  const dir = await openStudyDirectory(rigDirectory);
  try {
    const result = await performOverload(options, dir, signal);
    console.log(renderOverload(result));
    const promises = promisesOf(result);
    if (!promises) return exitCodes.runInvalid;
    return promises.every(({ kept }) => kept) ? exitCodes.ok : exitCodes.promiseBroken;
  } finally {
    await dir.close();
  }
}
