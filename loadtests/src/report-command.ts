import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { renderBenchMarkdown } from './bench/bench-markdown.js';
import { benchFileName, benchRecords } from './bench/bench-record.js';
import { renderBench } from './bench/macro-text.js';
import { capacityFileName, capacityRecords } from './capacity/capacity-record.js';
import { renderCapacity } from './capacity/capacity-text.js';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { describeFlags, parseFlags, refuse, switchFlag, UsageError, valueFlag } from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import { RecordError } from './record-file.js';
import { renderJunit } from './report/junit.js';
import { renderMarkdown } from './report/markdown.js';
import { drawPictures } from './report/pictures.js';
import { hasPictures, withBlock, withResult } from './report/readme.js';
import { renderTerminal } from './report/terminal.js';
import { writeCapacityReport, writeHtmlReport, writePanels } from './report-file.js';
import { runRecords } from './run-record.js';

interface ReportConfig {
  readonly directory: string;
  readonly markdown: boolean;
  /** Write it into README.md instead of printing it. */
  readonly readme: boolean;
  readonly html: boolean;
  /** Every panel of the dashboards, beside the record. */
  readonly panels: boolean;
  /** Where the page goes; null: beside the record. */
  readonly htmlFile: string | null;
  readonly junitFile: string | null;
}

const reportFlags = {
  markdown: switchFlag('as Markdown, for a pull request'),
  readme: switchFlag(
    'writes it into README.md instead, each kind of record into its own place, and the pictures beside the record',
  ),
  html: switchFlag('writes it as one page without network: report.html beside run.json, or FILE'),
  panels: switchFlag('draws every panel of the dashboards: panels.html beside run.json'),
  junit: valueFlag(
    'FILE',
    'writes every check as a test case, for CI',
    z.string().min(1, 'takes a file'),
  ),
};

const textWidth = 100;

export const reportUsage = `./hotpath report <run directory> [flags] [--html [FILE]]\n${describeFlags(reportFlags)}`;

/** Throws UsageError naming every bad flag. */
export function parseReportConfig(argv: readonly string[]): ReportConfig {
  const { values, positionals } = parseFlags(reportFlags, argv);
  const { markdown, readme, html, panels, junit } = values;
  const [directory, ...rest] = positionals;
  const [htmlFile, surplus] = html ? rest : [undefined, ...rest];
  refuse(directory === undefined, 'report takes the directory of a run record: runs/<id>');
  refuse(surplus !== undefined, `report takes one directory, not also '${surplus}'`);
  return freezeDeep({
    ...{ directory: resolve(directory as string), markdown, readme, html, panels },
    htmlFile: htmlFile === undefined ? null : resolve(htmlFile),
    junitFile: junit === undefined ? null : resolve(junit),
  });
}

/**
 * Prints the result of a record again, from the record alone. Ends with 0 whatever the verdict is:
 * the report is there.
 * @throws {UsageError} on a bad flag, or a directory without a record that can be read
 */
export async function report(argv: readonly string[]): Promise<number> {
  const config = parseReportConfig(argv);
  const { directory, markdown, readme, html, panels, htmlFile, junitFile } = config;
  if (existsSync(join(directory, capacityFileName))) return reportCapacity(config);
  if (existsSync(join(directory, benchFileName))) return reportBench(config);
  const record = await runRecords.read(directory).catch(asUsageError);
  if (readme) {
    changeReadme((text) => withResult(text, record));
    for (const { fileName, svg } of hasPictures(record)
      ? await drawPictures(directory, record)
      : []) {
      writeFileSync(join(directory, fileName), svg);
    }
    return exitCodes.ok;
  }
  if (junitFile !== null) writeFileSync(junitFile, renderJunit(record));
  if (html) console.log(await writeHtmlReport(record, directory, htmlFile ?? undefined));
  if (panels) {
    const written = await writePanels(record, directory).catch(asUsageError);
    console.log(written);
  }
  if (html || panels || junitFile !== null) return exitCodes.ok;
  console.log(markdown ? renderMarkdown(record) : renderTerminal(record));
  return exitCodes.ok;
}

/** @throws {UsageError} on a flag that only a study has */
async function reportCapacity(config: ReportConfig): Promise<number> {
  const { directory, html, htmlFile, markdown, readme, panels, junitFile } = config;
  const other = markdown || readme || panels || junitFile !== null;
  refuse(other, 'of a search for capacity there is the text, and the page with --html');
  const record = await capacityRecords.read(directory).catch(asUsageError);
  if (html) console.log(await writeCapacityReport(record, directory, htmlFile ?? undefined));
  else console.log(renderCapacity(record, textWidth));
  return exitCodes.ok;
}

/** @throws {UsageError} on a flag that only a study has */
async function reportBench(config: ReportConfig): Promise<number> {
  const { directory, html, markdown, readme, panels, junitFile } = config;
  refuse(
    html || panels || junitFile !== null,
    'of a bench there is the text, also with --markdown',
  );
  const record = await benchRecords.read(directory).catch(asUsageError);
  if (readme) changeReadme((text) => withBlock(text, 'bench', renderBenchMarkdown(record)));
  else console.log(markdown ? renderBenchMarkdown(record) : renderBench(record));
  return exitCodes.ok;
}

function changeReadme(change: (text: string) => string): void {
  const path = join(checkout, 'README.md');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

/** A record that can't be used is a directory that was named wrongly. */
function asUsageError(error: unknown): never {
  throw error instanceof RecordError ? new UsageError(error.message) : error;
}
