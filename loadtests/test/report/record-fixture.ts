import type {
  RecordedCheck,
  RecordedEntry,
  RecordedRun,
  RunRecord,
} from '@hotpath/loadtests/run-record';

export const holding: RecordedCheck = { name: 'holds', holds: true, seen: 'x', limit: 'x' };
export const broken: RecordedCheck = {
  name: 'background load before the run',
  holds: false,
  seen: '45 % of a core',
  limit: '≤ 20 % of a core',
};

export function entry(arm: string, label = arm): RecordedEntry {
  return {
    label,
    arm,
    exact: arm === 'async',
    storesEvents: !arm.startsWith('floor'),
    promise: `what ${label} promises`,
  };
}

export interface RunFigures {
  readonly p95: number;
  /** Null: overloaded. Left out: as answered. */
  readonly intended?: number | null;
  readonly lost?: number;
  readonly surplus?: number;
  readonly cpu?: number;
  readonly checks?: readonly RecordedCheck[];
}

/** One run with 10 s of 1,200/s; numbers that no test looks at are plain. */
export function recordedRun(
  { label, arm, storesEvents }: RecordedEntry,
  block: number,
  figures: RunFigures,
): RecordedRun {
  const { p95, intended = p95, lost = 0, surplus = 0, cpu = 100, checks = [holding] } = figures;
  const dropped = intended === null ? 3_000 : 0;
  const started = 12_000 - dropped;
  const acknowledged = started + 4_800;
  return {
    block,
    position: 1,
    label,
    arm,
    directory: `block-${block}-${label}`,
    startedAt: '2026-01-02T03:04:05.000Z',
    seeds: { warmUp: 1, measured: 2 },
    phasesMs: { start: 900, warmUp: 4_000, measure: 10_000 },
    load: {
      offered: 12_000,
      offeredPerSecond: 1_200,
      started,
      dropped,
      answered: started,
      achievedPerSecond: started / 10,
      windowSeconds: 10,
      outcomes: { counted: started, duplicate: 0, rejected: 0, shed: 0, failed: 0, unanswered: 0 },
      answeredMs: { p50: p95 / 3, p95, p99: p95 * 2, max: p95 * 4 },
      intended: { p95Ms: intended, slowShare: dropped / 12_000 },
      summary: { iterations: started, dropped, p95Ms: p95 },
    },
    drainMs: 40,
    ledger: {
      acknowledged,
      refused: 0,
      unknown: 0,
      stored: storesEvents ? acknowledged - lost + surplus : null,
      lost,
      surplus,
      issuesOpen: lost + surplus > 0 ? 1 : 0,
      balanced: true,
      closed: storesEvents ? lost + surplus === 0 : null,
      examples: [],
    },
    processes: [processOf('api', cpu), processOf('k6', 250)],
    host: {
      idleShare: 0.5,
      stolenShare: 0,
      backgroundCores: 0.02,
      calmWaitMs: 500,
      othersCores: 0.05,
    },
    clock: { stepMs: 1, largestGapMs: 3 },
    deaths: [],
    checks: [...checks],
  };
}

const processOf = (name: string, cpuMicrosPerEvent: number) => ({
  ...{ name, pid: 10, cpuSeconds: 1, cpuMicrosPerEvent },
  ...{ rssBytesMax: 2 ** 27, memory: null },
});

export interface RecordParts {
  readonly entries?: readonly RecordedEntry[];
  /** For every block: figures by label. */
  readonly blocks: readonly Readonly<Record<string, RunFigures>>[];
  readonly aa?: boolean;
  readonly plan?: Partial<RunRecord['plan']>;
  readonly state?: RunRecord['state'];
}

export function studyRecord({
  entries = [entry('floor'), entry('naive'), entry('async')],
  blocks,
  aa = false,
  plan = {},
  state = 'complete',
}: RecordParts): RunRecord {
  return {
    schemaVersion: 1,
    kind: 'study',
    id: 'fixture',
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: state === 'complete' ? '2026-01-02T03:08:05.000Z' : null,
    state,
    problem: '',
    program: { commit: null, dirty: false },
    host: { cpuModel: 'Test CPU', cores: 2, memoryBytes: 2 ** 33, kernel: '6.1' },
    versions: { node: '20.20.0', k6: '1.1.0', mysql: '10.11.14', redis: '7.0.15' },
    durability: { holds: true, settings: { sync_binlog: '1', appendfsync: 'always' } },
    plan: {
      scenario: 'steady',
      model: 'open',
      quick: true,
      aa,
      rig: 'native',
      seed: 7,
      blocks: blocks.length,
      measureSeconds: 10,
      warmUpSeconds: 4,
      ratePerSecondAsked: 1_200,
      ratePerSecond: 1_200,
      rateReason: '',
      timeoutSeconds: 10,
      entries: [...entries],
      orders: blocks.map(() => entries.map(({ label }) => label)),
      ...plan,
    },
    runs: blocks.flatMap((figures, index) =>
      entries.flatMap((each) => {
        const own = figures[each.label];
        return own === undefined ? [] : [recordedRun(each, index + 1, own)];
      }),
    ),
  };
}
