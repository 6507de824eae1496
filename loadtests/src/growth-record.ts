import { z } from 'zod';

/** Schema of what a long run keeps of everything that could grow for ever. */

/** What is read of a process, in the order in which it is shown. */
export const growthMetrics = [
  'heap used',
  'active resources',
  'active handles',
  'open descriptors',
  'data',
  'backlog',
] as const;

const growthSchema = z.object({
  /** From one reading to the next; the first is at the window's start. */
  everySeconds: z.number().positive(),
  series: z.array(
    z.object({
      process: z.string(),
      /** data: what Redis holds beside event ids and known issues, which are kept on purpose. */
      metric: z.enum(growthMetrics),
      unit: z.string(),
      /** Null where it could not be read. */
      values: z.array(z.number().nullable()),
    }),
  ),
});

/** Of a run in the record; absent in short runs, and in records from before it was kept. */
export const growthFields = { growth: growthSchema.optional() };

export type Growth = z.infer<typeof growthSchema>;
export type GrowthMetric = (typeof growthMetrics)[number];
