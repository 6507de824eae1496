import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { exitCodes } from './exit-codes.js';
import { describeFlags, oneOf, parseFlags, refuse, valueFlag, wholeNumber } from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import type { Counted } from './fuzz/campaign.js';
import { type FamilyName, families, familyNames } from './fuzz/families.js';
import { type FuzzResult, fuzzArm } from './fuzz/fuzz-arm.js';
import { pathOf, rigDirectoryFlag, seedMax } from './load-flags.js';
import { countText } from './number-text.js';
import { startArm } from './rig/arm.js';
import { placeOf, startServers } from './rig/servers.js';
import { openStudyDirectory } from './run/stores.js';

const inputsDefault = 20_000;
const inputsMax = 100_000_000;
const slowClientsAKind = 50;
const databaseName = 'hotpath_fuzz';
const fuzzed = ['naive', 'async'] as const;

const fuzzFlags = {
  arm: valueFlag([...fuzzed, 'both'].join('|'), 'whose API (both)', oneOf([...fuzzed, 'both'])),
  inputs: valueFlag('N', `inputs an arm (${inputsDefault})`, wholeNumber(1, inputsMax)),
  seed: valueFlag('S', 'seed of all inputs (drawn)', wholeNumber(0, seedMax)),
  family: valueFlag(
    'NAME',
    'this family of inputs alone, without slow clients',
    oneOf(familyNames),
  ),
  path: valueFlag('P', "a finding's path: sends that input at once; needs --family", z.string()),
  'rig-dir': rigDirectoryFlag,
};

const nameWidth = Math.max(...familyNames.map((name) => name.length));

export const fuzzUsage = `./hotpath fuzz [flags]
  Sends hostile input to real services over real connections. None may be answered with a 5xx, hang, crash, show
  insides, or cost an event; slow clients are cut off. Ends with 10 when one did.
${describeFlags(fuzzFlags)}
  families:
${familyNames.map((name) => `    ${name.padEnd(nameWidth)}  ${families[name].help}`).join('\n')}`;

/** Throws UsageError naming every bad flag. */
export function parseFuzzConfig(argv: readonly string[]) {
  const { values, positionals } = parseFlags(fuzzFlags, argv);
  refuse(positionals.length > 0, `fuzz takes flags only, not '${positionals[0]}'`);
  refuse(values.path !== undefined && values.family === undefined, '--path needs --family');
  const arm = values.arm ?? 'both';
  return freezeDeep({
    arms: arm === 'both' ? fuzzed : [arm],
    inputs: values.inputs ?? inputsDefault,
    seed: values.seed ?? randomInt(seedMax),
    family: values.family ?? null,
    path: values.path,
    rigDirectory: pathOf(values['rig-dir']),
  });
}

/**
 * Throws hostile input at the arms. Ends with 10 when a property did not hold.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server or an arm does not start
 */
export async function fuzz(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { arms, inputs, seed, family, path, rigDirectory } = parseFuzzConfig(argv);
  const say = (line: string) => console.error(`hotpath: ${line}`);
  say(`${countText(inputs)} inputs an arm, seed ${seed}`);
  const dir = await openStudyDirectory(rigDirectory);
  let failed = false;
  try {
    const servers = await startServers(await placeOf('auto'), dir);
    for (const name of arms) {
      await servers.mysql.createDatabase(databaseName);
      await servers.redis.flush();
      const arm = await startArm(name, { dir, ...servers, database: databaseName });
      const onFamily = (one: FamilyName, counted: Counted, seconds: number) =>
        say(`${name} ${one.padEnd(nameWidth)} ${familyText(counted, seconds)}`);
      const slow = family === null ? slowClientsAKind : 0;
      const plan = {
        ...{ inputs, seed, path, signal, onFamily },
        only: family,
        slowClientsAKind: slow,
      };
      const result = await fuzzArm(arm, servers.mysql.url(databaseName), plan);
      for (const line of resultLines(name, result)) console.log(line);
      for (const line of findingLines(name, inputs, result)) console.log(line);
      failed ||= result.findings.length + result.offences.length > 0;
      await arm.stop();
    }
  } finally {
    await dir.close();
  }
  return failed ? exitCodes.promiseBroken : exitCodes.ok;
}

function familyText({ inputs, statuses }: Counted, seconds: number): string {
  const byStatus = [...statuses].sort(([a], [b]) => a - b);
  const answers = byStatus
    .map(([status, n]) => `${status || 'closed'} × ${countText(n)}`)
    .join(', ');
  return `${countText(inputs)} in ${seconds.toFixed(1)} s: ${answers}`;
}

function resultLines(name: string, { counted, slow, grownBytes, offences }: FuzzResult): string[] {
  const { inputs, counted: acknowledged, duplicate, unknown } = counted;
  const slowLine = slow && [
    `  ${slow.clients} slow clients, the last cut off after ${(slow.msMax / 1_000).toFixed(1)} s; ` +
      `${slow.goodEvents} good events beside them`,
  ];
  return [
    `${name}: ${countText(inputs)} inputs; ${countText(acknowledged)} events acknowledged, ` +
      `${countText(duplicate)} duplicates, ${countText(unknown)} at most unknown`,
    `  memory of the API changed by ${Math.round(grownBytes / 2 ** 20)} MiB`,
    ...(slowLine ?? []),
    ...offences.map((offence) => `  BROKEN: ${offence}`),
  ];
}

function findingLines(name: string, inputs: number, { findings }: FuzzResult): string[] {
  return findings.flatMap(({ family, seed, offences, input, path }) => [
    `  BROKEN by ${family}: ${offences.join('; ')}`,
    `    input ${input}`,
    `    again ./hotpath fuzz --arm ${name} --family ${family} --seed ${seed} --inputs ${inputs} --path ${path}`,
  ]);
}
