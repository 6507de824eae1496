import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { parseFlags, refuse } from './flags.js';
import { RecordError } from './record-file.js';
import { historiesOf } from './report/history.js';
import { renderHistories } from './report/history-text.js';
import { type RunRecord, runRecords } from './run-record.js';

/** A folder may hold years of records; the newest are what one asks about. */
const recordsMax = 200;

export const historyUsage = `./hotpath history [DIR]
  DIR     a folder of records (runs): every directory in it with a run.json is one
  shows each figure over the records that are alike, and marks where its level changed`;

/** @throws {UsageError} on a flag, or more than one directory */
export function parseHistoryConfig(argv: readonly string[]): { readonly directory: string } {
  const [directory, ...rest] = parseFlags({}, argv).positionals;
  refuse(rest.length > 0, `history takes one directory, not also '${rest[0]}'`);
  return { directory: directory === undefined ? join(checkout, 'runs') : resolve(directory) };
}

/**
 * Prints the history of the records in a folder. Ends with 0 whatever it shows: the gate is compare.
 * @throws {UsageError} on a bad flag, or a folder without a finished record
 */
export async function history(argv: readonly string[]): Promise<number> {
  const { directory } = parseHistoryConfig(argv);
  const { records, skipped } = await readAll(directory);
  for (const sentence of skipped) console.error(`hotpath: left out: ${sentence}`);
  refuse(records.length === 0, `${directory} holds no finished run record`);
  console.log(renderHistories(historiesOf(records)));
  return exitCodes.ok;
}

async function readAll(
  directory: string,
): Promise<{ records: RunRecord[]; skipped: readonly string[] }> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  // Their names begin with their time, so the last are the newest.
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const records: RunRecord[] = [];
  const skipped: string[] = [];
  for (const name of names.slice(-recordsMax)) {
    try {
      const record = await runRecords.read(join(directory, name));
      if (record.state === 'complete') records.push(record);
      else skipped.push(`${name} is ${record.state}, not complete`);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      skipped.push(error.message.split('\n')[0] ?? name);
    }
  }
  return { records, skipped };
}
