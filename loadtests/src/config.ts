import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  describeFlags,
  type Flag,
  oneOf,
  parseFlags,
  refuse,
  switchFlag,
  UsageError,
  valueFlag,
  wholeNumber,
} from './flags.js';
import { freezeDeep } from './freeze-deep.js';

/** What the command line takes from the environment. Nothing else in loadtests reads process.env. */
export const environment = Object.freeze({
  /** Path of the k6 to use instead of the one on PATH. */
  k6: process.env.HOTPATH_K6 || undefined,
  path: process.env.PATH ?? '',
  /** Directory of the test suite that we run in: set by its global set-up. */
  testSuite: process.env.HOTPATH_TEST_SUITE || undefined,
  /** https://no-color.org: any value but the empty one. */
  noColor: Boolean(process.env.NO_COLOR),
  /** TERM=dumb can't move the cursor, so progress falls back to lines. */
  dumbTerminal: process.env.TERM === 'dumb',
  /** For children: enough to run, nothing that changes what is measured (NODE_OPTIONS, K6_…). */
  forChildren: Object.freeze(
    Object.fromEntries(
      ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ', 'LD_LIBRARY_PATH', 'DOCKER_HOST'].flatMap(
        (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
      ),
    ) as Record<string, string>,
  ),
});

export const armNames = ['floor', 'floor-batched', 'naive', 'async'] as const;
export type StudyArm = (typeof armNames)[number];

export const scenarioNames = ['steady', 'ramp', 'spike', 'soak', 'closed'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What an open scenario has unless told otherwise; its offered load is computed from them. */
export const openPreset = Object.freeze({ ratePerSecond: 1_200, seconds: 30 });

export const rigKinds = ['native', 'compose', 'auto'] as const;
export type RigKind = (typeof rigKinds)[number];

/** One column of a study: an arm under the name it has in the tables. */
export interface StudyEntry {
  readonly label: string;
  readonly arm: StudyArm;
}

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
  readonly rig: RigKind;
  /** Where the record goes; null: runs/<id> in the checkout. */
  readonly outDirectory: string | null;
  /** Where the rig puts its servers; null: where all studies do, so that only one runs at a time. */
  readonly rigDirectory: string | null;
}

export interface RunConfig {
  readonly scenario: ScenarioName;
  readonly arm: StudyArm;
  /** A service that somebody else runs; null: the rig starts the arm. */
  readonly url: string | null;
  /** Null: of a closed scenario, whose users wait for answers. */
  readonly ratePerSecond: number | null;
  /** Null: a closed scenario's own length. */
  readonly seconds: number | null;
  readonly warmUpSeconds: number;
  readonly seed: number;
  readonly rig: RigKind;
  readonly outDirectory: string | null;
  readonly rigDirectory: string | null;
}

export interface ReportConfig {
  readonly directory: string;
  readonly markdown: boolean;
  /** Write it into README.md instead of printing it. */
  readonly readme: boolean;
}

const seedMax = 2 ** 31 - 1;
const rateFlag = valueFlag(
  'R',
  `arrivals a second (${openPreset.ratePerSecond})`,
  wholeNumber(1, 100_000),
);
const secondsFlag = valueFlag('S', 'length of the measured window, seconds', wholeNumber(1, 3_600));
const warmUpFlag = valueFlag('S', 'length of the warm-up, seconds', wholeNumber(1, 600));
const seedFlag = valueFlag('S', 'seed of order and events (drawn)', wholeNumber(0, seedMax));
const rigFlag = valueFlag(rigKinds.join('|'), 'where servers run (auto)', oneOf(rigKinds));
const outFlag: Flag<string | undefined> = valueFlag(
  'DIR',
  'where the run record goes (runs/<id>)',
  z.string().min(1, 'takes a directory'),
);

const rigDirectoryFlag = {
  ...valueFlag('DIR', 'where the rig puts its servers', z.string().min(1, 'takes a directory')),
  hidden: true,
} as const;

const studyFlags = {
  quick: switchFlag('3 blocks of 10 s windows, ends within 4 minutes'),
  rate: rateFlag,
  blocks: valueFlag('N', 'blocks; each runs every arm once (5; quick 3)', wholeNumber(1, 100)),
  seconds: secondsFlag,
  'warm-up': warmUpFlag,
  seed: seedFlag,
  arms: valueFlag('a,b,c', `of ${armNames.join(', ')} (floor,naive,async)`, z.string()),
  scenario: valueFlag('NAME', 'steady: arrivals that wait for nobody', oneOf(['steady'])),
  aa: switchFlag('one arm against itself: the smallest difference that can be seen'),
  rig: rigFlag,
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

const runFlags = {
  arm: valueFlag(armNames.join('|'), 'the arm to load', oneOf(armNames)),
  url: valueFlag('URL', 'load this running service; no store side in the ledger', z.string()),
  rate: { ...rateFlag, help: `${rateFlag.help}; steady only` },
  seconds: valueFlag('S', "length, seconds (the scenario's own)", wholeNumber(1, 3_600)),
  'warm-up': warmUpFlag,
  seed: seedFlag,
  rig: rigFlag,
  out: outFlag,
  'rig-dir': rigDirectoryFlag,
};

const reportFlags = {
  markdown: switchFlag('as Markdown, for a pull request'),
  readme: switchFlag('writes it into README.md instead of printing it'),
};

export const studyUsage = `./hotpath study [flags]\n${describeFlags(studyFlags)}`;
export const runUsage = `./hotpath run ${scenarioNames.join('|')} [flags]\n${describeFlags(runFlags)}`;
export const reportUsage = `./hotpath report <run directory> [flags]\n${describeFlags(reportFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseStudyConfig(argv: readonly string[]): StudyConfig {
  const { values, positionals } = parseFlags(studyFlags, argv);
  refuse(positionals.length > 0, `study takes flags only, not '${positionals[0]}'`);
  return freezeDeep({
    quick: values.quick,
    aa: values.aa,
    scenario: values.scenario ?? 'steady',
    ratePerSecond: values.rate ?? openPreset.ratePerSecond,
    blocks: values.blocks ?? (values.quick ? 3 : 5),
    measureSeconds: values.seconds ?? (values.quick ? 10 : 30),
    warmUpSeconds: values['warm-up'] ?? (values.quick ? 4 : 10),
    seed: values.seed ?? randomInt(seedMax),
    entries: parseEntries(values.arms, values.aa),
    rig: values.rig ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}

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
  const open = scenario.data === 'steady' ? openPreset : null;
  refuse(
    open === null && values.rate !== undefined,
    `--rate is for steady: the users of ${scenario.data} wait for answers, so they set the rate`,
  );
  return freezeDeep({
    scenario: scenario.data as ScenarioName,
    arm: values.arm ?? 'async',
    url: values.url?.replace(/\/+$/, '') ?? null,
    ratePerSecond: values.rate ?? open?.ratePerSecond ?? null,
    seconds: values.seconds ?? open?.seconds ?? null,
    warmUpSeconds: values['warm-up'] ?? 4,
    seed: values.seed ?? randomInt(seedMax),
    rig: values.rig ?? 'auto',
    outDirectory: pathOf(values.out),
    rigDirectory: pathOf(values['rig-dir']),
  });
}

/** Throws UsageError naming every bad flag. */
export function parseReportConfig(argv: readonly string[]): ReportConfig {
  const { values, positionals } = parseFlags(reportFlags, argv);
  const [directory, ...rest] = positionals;
  refuse(directory === undefined, 'report takes the directory of a run record: runs/<id>');
  refuse(rest.length > 0, `report takes one directory, not also '${rest[0]}'`);
  const { markdown, readme } = values;
  return freezeDeep({ directory: resolve(directory as string), markdown, readme });
}

/**
 * The columns of the study. The floor is always there: every figure is given as a multiple of it,
 * and it tells whether the generator could carry the rate.
 */
function parseEntries(text: string | undefined, aa: boolean): StudyEntry[] {
  const names = (text ?? (aa ? 'async' : 'floor,naive,async'))
    .split(',')
    .map((name) => name.trim());
  const arms = names.map((name) => {
    const arm = oneOf(armNames).safeParse(name);
    if (!arm.success) throw new UsageError(`--arms knows ${armNames.join(', ')}, not '${name}'`);
    return arm.data;
  });
  refuse(new Set(arms).size < arms.length, '--arms names an arm twice; for that there is --aa');
  const others = arms.filter((arm) => arm !== 'floor');
  const floor: StudyEntry = { label: 'floor', arm: 'floor' };
  if (!aa) return [floor, ...others.map((arm) => ({ label: arm, arm }))];
  const [arm] = others;
  refuse(
    arm === undefined || others.length > 1,
    '--aa takes one arm beside the floor: --arms async',
  );
  return [floor, ...['a', 'b'].map((name) => ({ label: `${arm}-${name}`, arm: arm as StudyArm }))];
}

function pathOf(text: string | undefined): string | null {
  return text === undefined ? null : resolve(text);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
