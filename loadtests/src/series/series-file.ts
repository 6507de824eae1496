/**
 * The series of one run: the answers to the queries of every panel of every dashboard, so that each can be
 * drawn again without Prometheus. Gzipped JSON, in the shape of SeriesFile.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const seriesFileName = 'series.json.gz';
const seriesFileVersion = 1;
/** A bucket is [lower, upper, count]. */
const bucket = z.tuple([z.number(), z.number(), z.number()]);

const seriesSchema = z.object({
  labels: z.record(z.string(), z.string()),
  /** Index of the first value in the time grid. */
  from: z.number().int().nonnegative(),
  /** One a step; null: no sample, NaN or infinite. Five significant digits. */
  values: z.array(z.number().nullable()),
  /** Of native histograms, instead of values: [index in the grid, buckets that are not empty]. */
  histograms: z.array(z.tuple([z.number().int(), z.array(bucket)])).optional(),
});

const fileSchema = z.object({
  version: z.literal(seriesFileVersion),
  /** The grid of all answers: startSeconds since 1970, then `points` values a step apart. */
  startSeconds: z.number(),
  stepSeconds: z.number().positive(),
  points: z.number().int().positive(),
  /** What $run, $scenario and the like stood for. */
  variables: z.record(z.string(), z.string()),
  panels: z.array(
    z.object({
      dashboard: z.string(),
      /** Null: an annotation. */
      panel: z.number().nullable(),
      title: z.string(),
      unit: z.string().default(''),
      stacked: z.boolean().default(false),
      refId: z.string(),
      legend: z.string(),
      /** Index in answers: several panels may ask the same. */
      answer: z.number().int().nonnegative(),
    }),
  ),
  answers: z.array(
    z.object({
      expr: z.string(),
      /** Why Prometheus gave none; empty: it gave one. */
      problem: z.string(),
      series: z.array(seriesSchema),
    }),
  ),
});

export type SeriesFile = z.infer<typeof fileSchema>;
export type KeptSeries = z.infer<typeof seriesSchema>;

/** Returns its size in bytes. Throws the file system's errors. */
export async function writeSeries(directory: string, series: SeriesFile): Promise<number> {
  const bytes = await pack(JSON.stringify(series), { level: 9 });
  await writeFile(join(directory, seriesFileName), bytes);
  return bytes.length;
}

export function emptySeriesFile(
  grid: Pick<SeriesFile, 'startSeconds' | 'stepSeconds' | 'points' | 'variables'>,
): SeriesFile {
  return { version: seriesFileVersion, ...grid, panels: [], answers: [] };
}

/**
 * The series kept of a run, from its directory in the record; null when none were.
 * Throws ZodError or SyntaxError when the file is damaged or of another version.
 */
export async function readSeries(directory: string): Promise<SeriesFile | null> {
  const bytes = await readFile(join(directory, seriesFileName)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
  if (bytes === null) return null;
  return fileSchema.parse(JSON.parse((await unpack(bytes)).toString()));
}

export interface PanelName {
  /** Uid of its dashboard. */
  readonly dashboard: string;
  readonly title: string;
}

/** The answers to the queries of one panel, each with its legend. */
export function answersOf(file: SeriesFile, { dashboard, title }: PanelName) {
  return file.panels
    .filter((one) => one.panel !== null && one.dashboard === dashboard && one.title === title)
    .flatMap(({ refId, legend, answer }) => {
      const found = file.answers[answer];
      return found === undefined ? [] : [{ refId, legend, ...found }];
    });
}
