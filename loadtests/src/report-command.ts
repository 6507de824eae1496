import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import { parseReportConfig } from './config.js';
import { exitCodes } from './exit-codes.js';
import { UsageError } from './flags.js';
import { renderMarkdown } from './report/markdown.js';
import { withResult } from './report/readme.js';
import { renderTerminal } from './report/terminal.js';
import { RecordError, readRecord } from './run-record.js';

/**
 * Prints the result of a record again, from the record alone. Ends with 0 whatever the verdict is:
 * the report is there.
 * @throws {UsageError} on a bad flag, or a directory without a record that can be read
 */
export async function report(argv: readonly string[]): Promise<number> {
  const { directory, markdown, readme } = parseReportConfig(argv);
  const record = await readRecord(directory).catch((error: unknown) => {
    throw error instanceof RecordError ? new UsageError(error.message) : error;
  });
  if (readme) {
    const path = join(checkout, 'README.md');
    writeFileSync(path, withResult(readFileSync(path, 'utf8'), renderMarkdown(record)));
    return exitCodes.ok;
  }
  console.log(markdown ? renderMarkdown(record) : renderTerminal(record));
  return exitCodes.ok;
}
