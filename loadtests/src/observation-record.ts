import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What a run.json says of how one run was watched. Its series lie in a file beside it. */
export const observationSchema = z.object({
  /** Scrape targets of the run, and how many scrapes of the window each missed or failed. */
  targets: z.array(z.object({ service: z.string(), missed: count })),
  /** Prometheus and exporters together, over the window and the drain. */
  cost: z.object({ cpuSeconds: z.number().nonnegative(), rssBytesMax: z.number().nonnegative() }),
  /** Mean time of the acknowledged, as k6 and as the service measured it; null where nothing was. */
  meanMs: z.object({ client: z.number().nullable(), service: z.number().nullable() }),
  /** Answers to the queries of every dashboard, from warm-up to drained; null: not kept. */
  series: z
    .object({
      /** Path from run.json. */
      file: z.string(),
      bytes: count,
      queries: count,
      /** Queries that gave nothing. */
      empty: count,
    })
    .nullable(),
});

export type RecordedObservation = z.infer<typeof observationSchema>;
