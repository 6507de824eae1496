import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type ObserveKind, openPreset, type RigKind } from './config.js';
import { type FaultName, faultFlag, refuseMisfit } from './faults.js';
import {
  describeFlags,
  oneOf,
  parseFlags,
  percentage,
  refuse,
  switchFlag,
  valueFlag,
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
import { type StatisticName, type StopRule, statisticNames } from './plan-record.js';
import { blocksMin } from './statistics/ratio.js';
import { armsHelp, parseEntries, type StudyEntry } from './study-entries.js';

export interface StudyConfig {
  readonly quick: boolean;
  readonly aa: boolean;
  readonly scenario: 'steady';
  /** Arrivals a second that were asked for; the study may have to lower them. */
  readonly ratePerSecond: number;
  /** At most. */
  readonly blocks: number;
  /** Null: no width was asked for. */
  readonly stop: StopRule | null;
  readonly judgedBy: StatisticName;
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

const blocksMost = 100;
const blockBounds = `a whole number from 1 to ${blocksMost}, or two as 5..12`;

/** '5' or '5..12', as its two ends. */
const blockRange = z
  .string()
  .regex(/^\d{1,3}(\.\.\d{1,3})?$/, `takes ${blockBounds}`)
  .transform((text) => text.split('..').map(Number))
  .transform(([from = 0, to = from]) => ({ from, to }))
  .refine(({ from, to }) => from >= 1 && from <= to && to <= blocksMost, `takes ${blockBounds}`);

const studyFlags = {
  quick: switchFlag('3 blocks of 10 s windows: 4 minutes for three arms'),
  rate: rateFlag,
  blocks: valueFlag(
    'N|MIN..MAX',
    'blocks, each arm once in each (5; quick 3); MIN..MAX: as many as --width takes',
    blockRange,
  ),
  width: valueFlag(
    'P%',
    'wanted: an interval of ±P%. The first MIN blocks decide how many there are',
    percentage(0.1, 100),
  ),
  by: valueFlag(statisticNames.join('|'), 'what the verdict is about (p95)', oneOf(statisticNames)),
  seconds: secondsFlag,
  'warm-up': warmUpFlag,
  seed: seedFlag,
  arms: valueFlag('a,b,c', `${armsHelp} (floor,naive,async)`, z.string()),
  scenario: valueFlag('NAME', 'steady: arrivals that wait for nobody', oneOf(['steady'])),
  aa: switchFlag('one arm against itself: the smallest difference that can be seen'),
  planted: valueFlag(
    'P%',
    'with --aa: one of the two floors burns so much more CPU, to see whether it is found',
    percentage(0.1, 100),
  ),
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
    ...blocksOf(values),
    judgedBy: values.by ?? (values.planted === undefined ? 'p95' : 'cpu'),
    measureSeconds,
    warmUpSeconds: values['warm-up'] ?? (values.quick ? 4 : 10),
    seed: values.seed ?? randomInt(seedMax),
    entries: parseEntries(values.arms, values.aa, values.planted),
    fault: values.fault ?? null,
    rig: values.rig ?? 'auto',
    observe: values.observe ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}

interface BlockFlags {
  readonly quick: boolean;
  readonly blocks: { readonly from: number; readonly to: number } | undefined;
  readonly width: number | undefined;
}

/** The rule by which the study ends is fixed here, before anything is measured. */
function blocksOf({ quick, blocks, width }: BlockFlags): Pick<StudyConfig, 'blocks' | 'stop'> {
  const { from, to } = blocks ?? { from: quick ? 3 : 5, to: quick ? 3 : 5 };
  refuse(from < to && width === undefined, '--blocks MIN..MAX takes --width, which decides');
  refuse(
    from < to && from < blocksMin,
    `--blocks ${from}..${to}: ${blocksMin} show a spread at least`,
  );
  return {
    blocks: to,
    stop: width === undefined ? null : { width, blocksMin: from, blocksMax: to },
  };
}
