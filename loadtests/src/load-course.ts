import { z } from 'zod';

/** Schemas of what a run record keeps of a load beside its totals: shapes that are small and can be merged. */

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative().nullable();

/**
 * Latencies of the acknowledged in the shared buckets of statistics/histogram.ts: how often each
 * occurred. Percentiles of runs can't be merged, these can.
 */
export const latencyHistogramSchema = z
  .object({ buckets: z.array(count), counts: z.array(count) })
  .refine(({ buckets, counts }) => buckets.length === counts.length, 'a count for each bucket');

/** How the load went, step by step; every list has a value for each step. */
const courseSchema = z
  .object({
    phase: z.enum(['warm-up', 'measured']),
    /** Start of the first step, counted from the first arrival of the measured window. */
    fromSeconds: z.number(),
    everySeconds: z.number().positive(),
    /** Arrivals: started, and dropped. */
    offered: z.array(count),
    /** 2xx, by when they came. */
    acknowledged: z.array(count),
    /** Owed by the schedule and not started: k6 counts drops, but does not log when they were. */
    dropped: z.array(count),
    /** Of the acknowledged that came in that step; null when none did. */
    p50Ms: z.array(milliseconds),
    p95Ms: z.array(milliseconds),
  })
  .refine(
    ({ offered, acknowledged, dropped, p50Ms, p95Ms }) =>
      [acknowledged, dropped, p50Ms, p95Ms].every(({ length }) => length === offered.length),
    'lists of one length',
  );

/** Where acknowledged single-event requests spent their time, as the API itself says. Sums can be merged. */
const requestPhasesSchema = z.object({
  requests: count,
  /** Of all of them together, by phase. */
  seconds: z.record(z.string(), z.number().nonnegative()),
  /**
   * The same of those around the p95, by the time that the API says they took. From a uniform sample of all
   * requests. Absent where it has not enough of them, and in records from before it was kept.
   */
  band: z
    .object({
      /** Ranks among all requests, as shares: above the one, up to the other. */
      fromShare: z.number(),
      toShare: z.number(),
      /** In the sample, and in the band of it. */
      sampled: count,
      requests: count,
      /** The fastest and the slowest of the band. */
      fromMs: z.number().nonnegative(),
      toMs: z.number().nonnegative(),
      seconds: z.record(z.string(), z.number().nonnegative()),
    })
    .optional(),
});

/** Of a run in the record; absent in those from before they were kept. */
export const loadCourseFields = {
  /** Warm-up and window over time. */
  courses: z.array(courseSchema).optional(),
  /** Over the window; absent where the API does not say. */
  requestPhases: requestPhasesSchema.optional(),
};

export type RequestPhases = z.infer<typeof requestPhasesSchema>;
export type LatencyHistogram = z.infer<typeof latencyHistogramSchema>;
export type LoadCourse = z.infer<typeof courseSchema>;
