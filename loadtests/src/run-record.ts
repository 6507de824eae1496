import { z } from 'zod';
import { faultSchema } from './fault-record.js';
import { growthFields } from './growth-record.js';
import { latencyHistogramSchema, loadCourseFields } from './load-course.js';
import { observationSchema } from './observation-record.js';
import { planSchema } from './plan-record.js';
import { RecordFile } from './record-file.js';
import { recordHead } from './record-head.js';

/**
 * What a study or a single run leaves on disk: run.json in its directory. Everything that is
 * printed or drawn later comes from here, so a report can be made again on another machine.
 * A change of meaning raises the version; a reader refuses versions that it doesn't know.
 */
export const recordSchemaVersion = 1;
export const recordFileName = 'run.json';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const label = z.string().min(1);

/** Every attempt has exactly one of these. */
const outcomesSchema = z.object({
  counted: count,
  duplicate: count,
  rejected: count,
  shed: count,
  failed: count,
  unanswered: count,
});

/** The measured window as the generator saw it; warm-up excluded. */
const loadSchema = z.object({
  /** Arrivals that the schedule owed: started plus dropped. */
  offered: count,
  offeredPerSecond: z.number(),
  started: count,
  dropped: count,
  answered: count,
  /** 2xx a second of the window. */
  achievedPerSecond: z.number(),
  windowSeconds: z.number().positive(),
  outcomes: outcomesSchema,
  /** Milliseconds, of the requests that got any answer; null when none did. */
  answeredMs: z
    .object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
    .nullable(),
  /** Dropped and failed arrivals count as slower than everything answered. */
  intended: z.object({
    /** Null: more than 5 % of the arrivals were dropped or failed, or nothing was answered. */
    p95Ms: z.number().nullable(),
    slowShare: share,
  }),
  /** Milliseconds from when the schedule owed a request to when k6 began it. Null: no schedule, or arrivals were dropped. */
  lateMs: z.object({ p95: z.number(), p99: z.number(), max: z.number() }).nullable().optional(),
  /** What k6's own summary says, to be held against the raw log. */
  summary: z.object({ iterations: count, dropped: count, p95Ms: z.number().nullable() }),
  /** Not in records from before it was kept. */
  histogram: latencyHistogramSchema.optional(),
});

export const ledgerSchema = z.object({
  /** Warm-up and window together. */
  acknowledged: count,
  refused: count,
  unknown: count,
  /** Null: the arm stores nothing, or its database can't be read from here. */
  stored: count.nullable(),
  /** Acknowledged and not stored, over all fingerprints. */
  lost: count,
  /** Stored beyond acknowledged + unknown, over all fingerprints. */
  surplus: count,
  issuesOpen: count,
  /** Attempts equal the sum of outcomes, in the raw log and in k6's summary. */
  balanced: z.boolean(),
  closed: z.boolean().nullable(),
  /** A few of the fingerprints that don't add up. */
  examples: z.array(
    z.object({ fingerprint: z.string(), acknowledged: count, unknown: count, stored: count }),
  ),
});

const processSchema = z.object({
  name: z.string(),
  pid: z.number().int(),
  /** Window to drained for services, so that work put off is paid for too. */
  cpuSeconds: z.number().nonnegative(),
  /** Null when nothing was acknowledged. */
  cpuMicrosPerEvent: z.number().nonnegative().nullable(),
  rssBytesMax: z.number().nonnegative(),
  /** Resident memory from the window's start until drained. Null in records from before it was kept. */
  memory: z
    .object({ everySeconds: z.number().positive(), rssMebibytes: z.array(count) })
    .nullable()
    .default(null),
});

/** The check whose failure is worse than an invalid run: an arm broke its promise. */
export const ledgerCheckName = 'ledger closed';

const checkSchema = z.object({
  name: z.string(),
  holds: z.boolean(),
  seen: z.string(),
  limit: z.string(),
});

const runSchema = z.object({
  /** Counted from 1; 0 for a run outside a study. */
  block: count,
  position: count,
  label,
  arm: z.string(),
  /** Directory beside run.json with raw logs, summaries and service logs. */
  directory: z.string(),
  startedAt: z.iso.datetime(),
  seeds: z.object({ warmUp: count, measured: count }),
  phasesMs: z.record(z.string(), z.number()),
  load: loadSchema,
  ...loadCourseFields,
  ...growthFields,
  /** From the end of the load until everything acknowledged was stored; null: not within the limit. */
  drainMs: z.number().nonnegative().nullable(),
  ledger: ledgerSchema,
  processes: z.array(processSchema),
  host: z.object({
    /** Over the measured window. */
    idleShare: share,
    /** Taken by the hypervisor for other guests. */
    stolenShare: share,
    /** Cores that others kept busy just before the run, after waiting for calm. */
    backgroundCores: z.number().nonnegative(),
    calmWaitMs: z.number().nonnegative(),
    /** Cores that others kept busy while it was measured. Null in records from before this was read. */
    othersCores: z.number().nullable().default(null),
  }),
  clock: z.object({ stepMs: z.number(), largestGapMs: z.number() }),
  deaths: z.array(z.object({ process: z.string(), how: z.string() })),
  /** Absent when nothing watched. */
  observation: observationSchema.optional(),
  /** Absent unless a fault was asked for, and of arms that it can't reach. */
  fault: faultSchema.optional(),
  checks: z.array(checkSchema),
});

export const recordSchema = z.object({
  schemaVersion: z.literal(recordSchemaVersion),
  kind: z.enum(['study', 'run']),
  ...recordHead,
  plan: planSchema,
  runs: z.array(runSchema),
});

export type RunRecord = z.infer<typeof recordSchema>;
export type RecordedRun = z.infer<typeof runSchema>;
export type RecordedLoad = z.infer<typeof loadSchema>;
export type RecordedLedger = z.infer<typeof ledgerSchema>;
export type RecordedProcess = z.infer<typeof processSchema>;
export type RecordedCheck = z.infer<typeof checkSchema>;
export type Outcomes = z.infer<typeof outcomesSchema>;

export type { RecordedEntry } from './plan-record.js';

export const runRecords = new RecordFile<RunRecord>({
  ...{ fileName: recordFileName, name: 'run', version: recordSchemaVersion, schema: recordSchema },
});
