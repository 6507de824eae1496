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
  /** What a terminal can show beyond ASCII; POSIX asks in this order. */
  utf8: /utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || ''),
  /** For children: enough to run, nothing that changes what is measured (NODE_OPTIONS, K6_…). */
  forChildren: Object.freeze(
    Object.fromEntries(
      ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ', 'LD_LIBRARY_PATH', 'DOCKER_HOST'].flatMap(
        (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
      ),
    ) as Record<string, string>,
  ),
});

export const scenarioNames = ['steady', 'ramp', 'spike', 'soak', 'closed'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

interface OpenPreset {
  readonly ratePerSecond: number;
  readonly seconds: number;
}

/** What an open scenario has unless told otherwise; its offered load is computed from them. */
export const openPreset: OpenPreset = Object.freeze({ ratePerSecond: 1_200, seconds: 30 });
/** Of every open scenario; a soak's rate is the arm's own, in run-config.ts. */
export const openPresets: Readonly<Partial<Record<ScenarioName, OpenPreset>>> = Object.freeze({
  steady: openPreset,
  soak: Object.freeze({ ratePerSecond: 1_000, seconds: 1_800 }),
});

export const rigKinds = ['native', 'compose', 'auto'] as const;
export type RigKind = (typeof rigKinds)[number];

/** Does Prometheus watch: if it is here or can be fetched, in any case or never. */
export const observeKinds = ['auto', 'yes', 'no'] as const;
export type ObserveKind = (typeof observeKinds)[number];
