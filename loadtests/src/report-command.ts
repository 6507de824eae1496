import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { describeFlags, parseFlags, refuse, switchFlag, UsageError } from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import { renderMarkdown } from './report/markdown.js';
import { withResult } from './report/readme.js';
import { renderTerminal } from './report/terminal.js';
import { RecordError, readRecord } from './run-record.js';

interface ReportConfig {
  readonly directory: string;
  readonly markdown: boolean;
  /** Write it into README.md instead of printing it. */
  readonly readme: boolean;
}

const reportFlags = {
  markdown: switchFlag('as Markdown, for a pull request'),
  readme: switchFlag('writes it into README.md instead of printing it'),
};

export const reportUsage = `./hotpath report <run directory> [flags]\n${describeFlags(reportFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseReportConfig(argv: readonly string[]): ReportConfig {
  const { values, positionals } = parseFlags(reportFlags, argv);
  const [directory, ...rest] = positionals;
  refuse(directory === undefined, 'report takes the directory of a run record: runs/<id>');
  refuse(rest.length > 0, `report takes one directory, not also '${rest[0]}'`);
  const { markdown, readme } = values;
  return freezeDeep({ directory: resolve(directory as string), markdown, readme });
}

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
