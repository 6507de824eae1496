import { z } from 'zod';

/** What was done to the stores in one window, and what came of it. */
export const faultSchema = z.object({
  name: z.string(),
  /** From the first answer of the window. */
  startedAfterMs: z.number().nonnegative(),
  heldMs: z.number().nonnegative(),
  /** Most transactions that waited at once. */
  waitingMax: z.number().int().nonnegative(),
});

export type RecordedFault = z.infer<typeof faultSchema>;
