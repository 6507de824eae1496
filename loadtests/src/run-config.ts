import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type ArmName, armNames } from './arms.js';
import {
  type ObserveKind,
  openPresets,
  type RigKind,
  type ScenarioName,
  scenarioNames,
} from './config.js';
import { type FaultName, faultFlag, refuseMisfit } from './faults.js';
import { describeFlags, oneOf, parseFlags, refuse, valueFlag, wholeNumber } from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import {
  observeFlag,
  outFlag,
  pathOf,
  rateFlag,
  rigDirectoryFlag,
  rigFlag,
  seedFlag,
  seedMax,
  warmUpFlag,
} from './load-flags.js';

export interface RunConfig {
  readonly scenario: ScenarioName;
  readonly arm: ArmName;
  /** A service that somebody else runs; null: the rig starts the arm. */
  readonly url: string | null;
  /** Null: of a closed scenario, whose users wait for answers. */
  readonly ratePerSecond: number | null;
  /** Null: a closed scenario's own length. */
  readonly seconds: number | null;
  readonly warmUpSeconds: number;
  readonly seed: number;
  readonly fault: FaultName | null;
  readonly rig: RigKind;
  readonly observe: ObserveKind;
  readonly outDirectory: string | null;
  readonly rigDirectory: string | null;
}

const runFlags = {
  arm: valueFlag(armNames.join('|'), 'the arm to load', oneOf(armNames)),
  url: valueFlag('URL', 'load this running service; no store side in the ledger', z.string()),
  rate: {
    ...rateFlag,
    help: 'arrivals a second (steady 1200, soak half of the knee of the arm; users set that of the others)',
  },
  seconds: valueFlag('S', "length, seconds (the scenario's own)", wholeNumber(1, 3_600)),
  'warm-up': warmUpFlag,
  seed: seedFlag,
  fault: faultFlag,
  rig: rigFlag,
  observe: observeFlag,
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

export const runUsage = `./hotpath run ${scenarioNames.join('|')} [flags]\n${describeFlags(runFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseRunConfig(argv: readonly string[]): RunConfig {
  const { values, positionals } = parseFlags(runFlags, argv);
  const scenario = oneOf(scenarioNames).safeParse(positionals[0]);
  refuse(
    !scenario.success,
    `run takes one scenario of ${scenarioNames.join(', ')}, not '${positionals[0] ?? ''}'`,
  );
  refuse(positionals.length > 1, `run takes one scenario, not also '${positionals[1]}'`);
  refuse(values.arm === undefined && values.url === undefined, '--arm or --url says what to load');
  refuse(
    values.arm !== undefined && values.url !== undefined,
    '--arm starts an arm and --url loads a running service: give one of them',
  );
  refuse(
    values.url !== undefined && !isHttpUrl(values.url),
    `--url takes http://…, not '${values.url}'`,
  );
  const open = openPresets[scenario.data as ScenarioName] ?? null;
  refuse(
    open === null && values.rate !== undefined,
    `--rate is for steady and soak: the users of ${scenario.data} wait for answers, so they set the rate`,
  );
  const seconds = values.seconds ?? open?.seconds ?? null;
  refuseMisfit(values.fault, seconds);
  refuse(
    values.fault !== undefined && values.url !== undefined,
    '--fault breaks stores of the rig, and those of a --url are not its own',
  );
  return freezeDeep({
    scenario: scenario.data as ScenarioName,
    arm: values.arm ?? 'async',
    url: values.url?.replace(/\/+$/, '') ?? null,
    ratePerSecond: values.rate ?? presetRate(scenario.data as ScenarioName, values.arm),
    seconds,
    warmUpSeconds: values['warm-up'] ?? 4,
    seed: values.seed ?? randomInt(seedMax),
    fault: values.fault ?? null,
    rig: values.rig ?? 'auto',
    observe: values.observe ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}

/** Arrivals a second of a soak: half of the knee that `./hotpath capacity` finds on a box of two cores. */
const soakRates: Readonly<Partial<Record<ArmName, number>>> = { naive: 250, upsert: 250 };

function presetRate(scenario: ScenarioName, arm: ArmName | undefined): number | null {
  const ownRate = scenario === 'soak' && arm !== undefined ? soakRates[arm] : undefined;
  return ownRate ?? openPresets[scenario]?.ratePerSecond ?? null;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
