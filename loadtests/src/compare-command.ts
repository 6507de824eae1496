import { resolve } from 'node:path';
import { exitCodes } from './exit-codes.js';
import { describeFlags, parseFlags, percentage, refuse, UsageError, valueFlag } from './flags.js';
import { freezeDeep } from './freeze-deep.js';
import { RecordError } from './record-file.js';
import { unlike } from './report/likeness.js';
import { type ComparisonLimits, compareRecords, type Outcome } from './report/record-comparison.js';
import { renderComparison } from './report/record-comparison-text.js';
import { type RunRecord, runRecords } from './run-record.js';

const compareFlags = {
  tolerance: valueFlag('P%', 'a smaller change for the worse is let pass (5%)', percentage(0, 100)),
  confidence: valueFlag('P%', 'of each interval (95%)', percentage(50, 99.9)),
};

export const compareUsage = `./hotpath compare A B [flags]
  A, B    directories of two records, before and after: runs/<id>
${describeFlags(compareFlags)}
  ends with 0 when nothing regressed, 12 when something did, 11 when too few runs are valid,
  10 when a ledger is open, 2 when the two can't be compared`;

interface CompareConfig extends ComparisonLimits {
  readonly directories: readonly [string, string];
}

/** @throws {UsageError} naming every bad flag */
export function parseCompareConfig(argv: readonly string[]): CompareConfig {
  const { values, positionals } = parseFlags(compareFlags, argv);
  const [a, b, ...rest] = positionals;
  refuse(a === undefined || b === undefined, 'compare takes two directories: before and after');
  refuse(rest.length > 0, `compare takes two directories, not also '${rest[0]}'`);
  return freezeDeep({
    directories: [resolve(a as string), resolve(b as string)] as const,
    toleranceShare: values.tolerance ?? 0.05,
    confidence: values.confidence ?? 0.95,
  });
}

const codes: Readonly<Record<Outcome, number>> = {
  'no regression': exitCodes.ok,
  regression: exitCodes.regression,
  'too few runs': exitCodes.runInvalid,
  'ledger open': exitCodes.promiseBroken,
};

/**
 * Says what changed from one record to another, and ends with 12 when that is a regression.
 * @throws {UsageError} on a bad flag, a directory without a record, or two records that are not alike
 */
export async function compare(argv: readonly string[]): Promise<number> {
  const { directories, ...limits } = parseCompareConfig(argv);
  const [a, b] = [await readNamed(directories[0]), await readNamed(directories[1])];
  const differences = unlike(a, b);
  refuse(
    differences.length > 0,
    `these two can't be compared, as they differ in\n  ${differences.join('\n  ')}`,
  );
  const comparison = compareRecords(a, b, limits);
  console.log(renderComparison(a, b, comparison, limits));
  return codes[comparison.outcome];
}

function readNamed(directory: string): Promise<RunRecord> {
  return runRecords.read(directory).catch((error: unknown) => {
    throw error instanceof RecordError ? new UsageError(error.message) : error;
  });
}
