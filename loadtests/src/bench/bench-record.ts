import { z } from 'zod';
import { armNames } from '../arms.js';
import { RecordFile } from '../record-file.js';
import { recordHead } from '../record-head.js';
import { wrkResultSchema } from './wrk-load.js';

/**
 * What saturated arms leave on disk: bench.json in its directory. What is printed of it comes from here. A change of
 * meaning raises the version; a reader refuses versions that it doesn't know.
 */
export const benchSchemaVersion = 1;
export const benchFileName = 'bench.json';

const count = z.number().int().nonnegative();
const arm = z.enum(armNames);

export const macroProcesses = ['api', 'worker', 'mysql', 'redis'] as const;

/** What warm-up and window have left behind, held against what was answered. Events. */
const ledgerSchema = z.object({
  acknowledged: count,
  /** Sent and not acknowledged: under way at the end of a load, refused, or lost with a connection. */
  unknown: count,
  /** What the service says that it acknowledged: of the unknown too, whose answers nobody waited for. */
  counted: count,
  stored: count,
  lost: count,
  surplus: count,
});

/** One arm in one round, over one number of connections. */
const sideSchema = z.object({
  round: count.positive(),
  connections: count.positive(),
  arm,
  window: wrkResultSchema,
  /** 2xx in the window. */
  acknowledged: count,
  acknowledgedPerSecond: z.number().nonnegative(),
  /** CPU of window and drain by process, per acknowledged event of the window. */
  cpuMicrosecondsPerEvent: z.partialRecord(z.enum(macroProcesses), z.number().nonnegative()),
  drainMs: z.number().nonnegative(),
  /** Cores that neither the arm nor wrk used, idle left out: what others took meanwhile. */
  othersCores: z.number().nonnegative(),
  /** Null: the arm stores nothing. */
  ledger: ledgerSchema.nullable(),
});

const planSchema = z.object({
  rig: z.string(),
  seed: count,
  arms: z.array(arm),
  rounds: count.positive(),
  /** Users without think time; each arm is loaded over every one of them in each round. */
  connections: z.array(count.positive()),
  measureSeconds: z.number().positive(),
  warmUpSeconds: z.number().positive(),
  /** Then rates and CPU have the profiler in them. */
  profiled: z.boolean(),
});

const recordSchema = z.object({
  schemaVersion: z.literal(benchSchemaVersion),
  kind: z.literal('bench'),
  ...recordHead,
  plan: planSchema,
  sides: z.array(sideSchema),
});

export type BenchRecord = z.infer<typeof recordSchema>;
export type MacroSide = BenchRecord['sides'][number];
export type MacroLedger = z.infer<typeof ledgerSchema>;
export type MacroProcess = (typeof macroProcesses)[number];

export const benchRecords = new RecordFile<BenchRecord>({
  ...{ fileName: benchFileName, name: 'bench' },
  ...{ version: benchSchemaVersion, schema: recordSchema },
});
