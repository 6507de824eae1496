import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type ObserveKind, openPreset, type RigKind } from './config.js';
import { type FaultName, faultFlag, refuseMisfit } from './faults.js';
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
  observeFlag,
  outFlag,
  pathOf,
  rateFlag,
  rigDirectoryFlag,
  rigFlag,
  secondsFlag,
  seedFlag,
  seedMax,
  warmUpFlag,
} from './load-flags.js';
import { armsHelp, parseEntries, type StudyEntry } from './study-entries.js';

export interface StudyConfig {
  readonly quick: boolean;
  readonly aa: boolean;
  readonly scenario: 'steady';
  /** Arrivals a second that were asked for; the study may have to lower them. */
  readonly ratePerSecond: number;
  readonly blocks: number;
  readonly measureSeconds: number;
  readonly warmUpSeconds: number;
  readonly seed: number;
  readonly entries: readonly StudyEntry[];
  readonly fault: FaultName | null;
  readonly rig: RigKind;
  readonly observe: ObserveKind;
  /** Where the record goes; null: runs/<id> in the checkout. */
  readonly outDirectory: string | null;
  /** Where the rig puts its servers; null: where all studies do, so that only one runs at a time. */
  readonly rigDirectory: string | null;
}

const studyFlags = {
  quick: switchFlag('3 blocks of 10 s windows: 4 minutes for three arms'),
  rate: rateFlag,
  blocks: valueFlag('N', 'blocks; each runs every arm once (5; quick 3)', wholeNumber(1, 100)),
  seconds: secondsFlag,
  'warm-up': warmUpFlag,
  seed: seedFlag,
  arms: valueFlag('a,b,c', `${armsHelp} (floor,naive,async)`, z.string()),
  scenario: valueFlag('NAME', 'steady: arrivals that wait for nobody', oneOf(['steady'])),
  aa: switchFlag('one arm against itself: the smallest difference that can be seen'),
  fault: faultFlag,
  rig: rigFlag,
  observe: observeFlag,
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

export const studyUsage = `./hotpath study [flags]\n${describeFlags(studyFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseStudyConfig(argv: readonly string[]): StudyConfig {
  const { values, positionals } = parseFlags(studyFlags, argv);
  refuse(positionals.length > 0, `study takes flags only, not '${positionals[0]}'`);
  const measureSeconds = values.seconds ?? (values.quick ? 10 : 30);
  refuseMisfit(values.fault, measureSeconds);
  return freezeDeep({
    quick: values.quick,
    aa: values.aa,
    scenario: values.scenario ?? 'steady',
    ratePerSecond: values.rate ?? openPreset.ratePerSecond,
    blocks: values.blocks ?? (values.quick ? 3 : 5),
    measureSeconds,
    warmUpSeconds: values['warm-up'] ?? (values.quick ? 4 : 10),
    seed: values.seed ?? randomInt(seedMax),
    entries: parseEntries(values.arms, values.aa),
    fault: values.fault ?? null,
    rig: values.rig ?? 'auto',
    observe: values.observe ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}
