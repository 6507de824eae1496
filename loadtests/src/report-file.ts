import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from './run-record.js';

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
