import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CapacityRecord } from './capacity/capacity-record.js';
import { RecordError } from './record-file.js';
import { isValid } from './report/comparison.js';
import { type RunRecord } from './run-record.js';
import { readSeries } from './series/series-file.js';

export const reportFileName = 'report.html';

/** Writes the page beside the record, or where it is told to, and returns its path. */
export async function writeHtmlReport(
  record: RunRecord,
  directory: string,
  file: string = join(directory, reportFileName),
): Promise<string> {
  // The charting library takes half a second to load, which only those wait for who get a page.
  const { renderHtml } = await import('./report/html/page.js');
  await writeFile(file, renderHtml(record));
  return file;
}

/** The same of a search for capacity. */
export async function writeCapacityReport(
  record: CapacityRecord,
  directory: string,
  file: string = join(directory, reportFileName),
): Promise<string> {
  const { renderCapacityHtml } = await import('./report/html/capacity-page.js');
  await writeFile(file, renderCapacityHtml(record));
  return file;
}

export const panelsFileName = 'panels.html';

/**
 * Writes every panel of the dashboards, of each arm's first valid run, beside the record, and returns the path.
 * @throws {RecordError} when the runs were not observed
 */
export async function writePanels(record: RunRecord, directory: string): Promise<string> {
  const { renderPanels } = await import('./report/html/panels-page.js');
  const firsts = record.plan.entries.flatMap(({ label }) => {
    const runs = record.runs.filter((run) => run.label === label);
    return runs.find(isValid) ?? runs[0] ?? [];
  });
  const seen = await Promise.all(
    firsts.map(async ({ label, block, directory: own }) => {
      const series = await readSeries(join(directory, own));
      return series === null ? [] : [{ label, block, series }];
    }),
  );
  const runs = seen.flat();
  if (runs.length === 0) {
    throw new RecordError(`${directory} holds no series: its runs were not observed`);
  }
  const file = join(directory, panelsFileName);
  await writeFile(file, renderPanels(record, runs));
  return file;
}
