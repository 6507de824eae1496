/** What every record says of itself before it says what was measured. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const recordHead = {
  id: z.string(),
  startedAt: z.iso.datetime(),
  /** Null while it runs, and for ever when it was killed. */
  endedAt: z.iso.datetime().nullable(),
  state: z.enum(['running', 'complete', 'interrupted', 'failed']),
  /** Why it failed; empty otherwise. */
  problem: z.string(),
  program: z.object({ commit: z.string().nullable(), dirty: z.boolean() }),
  host: z.object({
    cpuModel: z.string(),
    cores: count,
    memoryBytes: count,
    kernel: z.string(),
  }),
  versions: z.record(z.string(), z.string()),
  /** Settings as the servers themselves report them, not as the files want them. */
  durability: z.object({ holds: z.boolean(), settings: z.record(z.string(), z.string()) }),
};

export type RecordHead = z.infer<z.ZodObject<typeof recordHead>>;
