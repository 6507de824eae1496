import { z } from 'zod';
import { RecordFile } from '../record-file.js';
import { recordHead } from '../record-head.js';
import { ledgerSchema } from '../run-record.js';

/**
 * What a search for capacity leaves on disk: capacity.json in its directory. What is printed or drawn of it comes
 * from here. A change of meaning raises the version; a reader refuses versions that it doesn't know.
 */
export const capacitySchemaVersion = 2;
export const capacityFileName = 'capacity.json';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const perSecond = z.number().nonnegative();

/** Cores, by process: api, worker, mysql, redis, and what makes the load: k6 or wrk. */
const coresSchema = z.record(z.string(), z.number().nonnegative());

/** climb: up from the first rate. descent: down, when that broke. again: the break, once more. bisection: between. */
export const stepParts = ['climb', 'descent', 'again', 'bisection'] as const;

/** One rate, offered to an open model for a while. */
const stepSchema = z.object({
  /** Of its arm, from 1, in the order in which they were tried. */
  number: count,
  part: z.enum(stepParts),
  offeredPerSecond: z.number().positive(),
  /** 2xx a second of the window. */
  achievedPerSecond: perSecond,
  windowSeconds: z.number().positive(),
  /** Milliseconds, of the 2xx; null when there were none. */
  answeredMs: z
    .object({
      mean: z.number(),
      p50: z.number(),
      p95: z.number(),
      p99: z.number(),
      max: z.number(),
    })
    .nullable(),
  /** Arrivals dropped or without a 2xx count as slower than every answer. Null: over 5 % of them, or none. */
  intendedP99Ms: z.number().nullable(),
  /** Arrivals that k6 could not start. */
  dropped: count,
  /** Started and not answered by a 2xx: rejected, shed, failed, unanswered. */
  failed: count,
  /** Both, as a share of the arrivals that the schedule owed. */
  missedShare: share,
  /** Requests under way on average, after Little: achieved a second × mean response in seconds. */
  inFlight: z.number().nonnegative(),
  cores: coresSchema,
  /** Share of the host that nobody used. */
  idleShare: share,
  /** Cores that others than the rig kept busy. */
  othersCores: z.number().nonnegative(),
  /** Until everything acknowledged was stored; null: not within the limit. */
  drainMs: z.number().nonnegative().nullable(),
  holds: z.boolean(),
  /** Why it does not hold; empty when it does. */
  reason: z.string(),
});

/** One number of users who never pause: the next request leaves when the answer is there. */
const sweepPointSchema = z.object({
  concurrency: count.positive(),
  /** 2xx a second. */
  throughputPerSecond: perSecond,
  /** After Little: concurrency ÷ throughput. Null when nothing was answered. */
  responseMs: z.number().nonnegative().nullable(),
  /** Answered with 400 or above. */
  refused: count,
  socketErrors: count,
  /** Cores that the generator itself took. */
  generatorCores: z.number().nonnegative(),
});

const parameterSchema = z.object({
  value: z.number(),
  /** Null: the points do not tell it. */
  standardError: z.number().nonnegative().nullable(),
});

/** X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), least squares over the points of the sweep. */
const fitSchema = z.object({
  /** Throughput of one user alone, events a second. */
  lambda: parameterSchema,
  /** Contention: the share of the work that waits for its turn. */
  sigma: parameterSchema,
  /** Coherency: what each pair of users costs. */
  kappa: parameterSchema,
  points: z.array(
    z.object({
      concurrency: count.positive(),
      measuredPerSecond: perSecond,
      fittedPerSecond: z.number(),
      /** Measured − fitted, as a share of the measured. */
      residualShare: z.number(),
    }),
  ),
  r2: z.number(),
  /** Root of the mean squared residual, events a second. */
  rmsePerSecond: z.number().nonnegative(),
  /** Where the curve is highest; null unless that lies within what was measured and the fit is used. */
  peak: z
    .object({ concurrency: z.number().positive(), throughputPerSecond: z.number().positive() })
    .nullable(),
  /** False: shown, and nothing is concluded from it. */
  used: z.boolean(),
  /** Why it is not used, a sentence each; empty when it is. */
  refusals: z.array(z.string()),
});

const sweepSchema = z.object({
  points: z.array(sweepPointSchema),
  /** Null: too few points answered for any curve. */
  fit: fitSchema.nullable(),
  /** Sums alone: every event id is sent once. Null: the arm stores nothing. */
  ledger: z
    .object({
      ...{ acknowledged: count, unknown: count, counted: count, stored: count },
      ...{ lost: count, surplus: count },
    })
    .nullable(),
});

const armSchema = z.object({
  arm: z.string(),
  /** Must this arm store exactly what it acknowledged? */
  exact: z.boolean(),
  storesEvents: z.boolean(),
  /** What a 2xx of this arm means. */
  promise: z.string(),
  steps: z.array(stepSchema),
  /** Highest rate at which the service level held, arrivals a second; null: at none that was tried. */
  heldPerSecond: z.number().positive().nullable(),
  /** Lowest rate above it at which it broke; null: it broke at none. */
  brokenPerSecond: z.number().positive().nullable(),
  /** generator: it held at the highest rate that the floor held, so the arm's own limit was not seen. */
  limitedBy: z.enum(['service level', 'generator', 'nothing held', 'not searched']),
  /** Offered rate of the step with the highest power (Kleinrock): achieved ÷ mean response. Null: none held. */
  kneePerSecond: z.number().positive().nullable(),
  /** What a reader must know of these figures, a sentence each. */
  notes: z.array(z.string()),
  /** Of the warm-up and all steps together. Null until they are over. */
  ledger: ledgerSchema.nullable(),
  /** Null until it is over. */
  sweep: sweepSchema.nullable(),
});

const planSchema = z.object({
  quick: z.boolean(),
  seed: count,
  rig: z.string(),
  /** In the order in which they are searched; the floor first. */
  arms: z.array(z.string()),
  serviceLevel: z.object({
    /** Of the intended arrivals. */
    p99MsMax: z.number().positive(),
    missedShareMax: share,
  }),
  stepSeconds: z.number().positive(),
  warmUpSeconds: z.number().positive(),
  firstPerSecond: z.number().positive(),
  /** Bisection ends when the two ends are this close, as a share of the upper one. */
  resolutionShare: share,
  sweepSeconds: z.number().positive(),
  concurrencies: z.array(count.positive()),
});

const recordSchema = z.object({
  schemaVersion: z.literal(capacitySchemaVersion),
  kind: z.literal('capacity'),
  ...recordHead,
  plan: planSchema,
  arms: z.array(armSchema),
});

export type CapacityRecord = z.infer<typeof recordSchema>;
export type CapacityArm = z.infer<typeof armSchema>;
export type CapacityStep = z.infer<typeof stepSchema>;
export type StepPart = CapacityStep['part'];
export type SweepPoint = z.infer<typeof sweepPointSchema>;
export type CapacitySweep = z.infer<typeof sweepSchema>;
export type UslFit = z.infer<typeof fitSchema>;

export const capacityRecords = new RecordFile<CapacityRecord>({
  ...{ fileName: capacityFileName, name: 'capacity' },
  ...{ version: capacitySchemaVersion, schema: recordSchema },
});
