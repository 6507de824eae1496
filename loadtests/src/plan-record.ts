import { z } from 'zod';

/** What a run.json says of what was to be done: arms, load, order, and the rule by which it ends. */

const count = z.number().int().nonnegative();
const label = z.string().min(1);

/** What a study may be judged by. */
export const statisticNames = ['p95', 'throughput', 'cpu'] as const;
export type StatisticName = (typeof statisticNames)[number];

const entrySchema = z.object({
  label,
  arm: z.string(),
  /** Must this arm store exactly what it acknowledged? */
  exact: z.boolean(),
  storesEvents: z.boolean(),
  /** What a 2xx of this arm means. */
  promise: z.string(),
  /** Share of its own CPU that it burns besides, on purpose; absent: none. */
  plantedShare: z.number().positive().optional(),
});

/** How wide the interval may be, and what is done about it. Fixed before the first block. */
const stopSchema = z.object({
  /** Half the width that was wanted, as a share: 0.1 is ±10 %. */
  width: z.number().positive(),
  /** These first blocks decide how many there are, and the intervals take their spread from them. */
  blocksMin: count,
  blocksMax: count,
});

export const planSchema = z.object({
  scenario: z.string(),
  model: z.enum(['open', 'closed']),
  quick: z.boolean(),
  aa: z.boolean(),
  rig: z.string(),
  seed: count,
  /** That were run, or were to be when it did not end. */
  blocks: count,
  measureSeconds: z.number(),
  warmUpSeconds: z.number(),
  ratePerSecondAsked: z.number().nullable(),
  ratePerSecond: z.number().nullable(),
  /** Empty, or why the rate is lower than asked. */
  rateReason: z.string(),
  timeoutSeconds: z.number().positive(),
  entries: z.array(entrySchema),
  orders: z.array(z.array(label)),
  /** Absent: nothing was broken on purpose. */
  fault: z.string().optional(),
  /** Absent: p95. */
  judgedBy: z.enum(statisticNames).optional(),
  /** Absent: no width was asked for, and the number of blocks was fixed. */
  stop: stopSchema.optional(),
});

export type StopRule = Readonly<z.infer<typeof stopSchema>>;
export type RecordedEntry = z.infer<typeof entrySchema>;
