import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import { environment } from './config.js';
import { exitCodeOf } from './report/exit-code.js';
import { renderTerminal } from './report/terminal.js';
import { verdictOf } from './report/verdict.js';
import { writeHtmlReport } from './report-file.js';
import { k6Path } from './rig/k6.js';
import { newRecordId } from './run/describe-study.js';
import { Progress, type ProgressPlan } from './run/progress.js';
import type { StudyTools } from './run/study.js';
import type { RunRecord } from './run-record.js';

/** Beside warm-up and window: starting processes and k6's users twice, draining, ledger, stopping. */
export const secondsBesideLoad = 9;

interface RecordedWork {
  readonly plan: ProgressPlan;
  /** Said first: what is about to run, with its seed. */
  readonly introduction: string;
  /** Null: runs/<id>. */
  readonly outDirectory: string | null;
  readonly perform: (id: string, directory: string, tools: StudyTools) => Promise<RunRecord>;
}

/** Shows progress while it performs, prints the result from the record, returns the exit code of its verdict. */
export async function recorded(work: RecordedWork, signal: AbortSignal): Promise<number> {
  const id = newRecordId(new Date(), randomInt(2 ** 16));
  const directory = work.outDirectory ?? join(checkout, 'runs', id);
  const { dumbTerminal: dumb, utf8, noColor } = environment;
  const progress = new Progress(process.stderr, work.plan, { dumb, utf8, colours: !noColor });
  signal.addEventListener('abort', () => progress.close());
  try {
    progress.say(`${work.introduction}, into ${directory}`);
    const k6 = await k6Path((line) => progress.say(line));
    const record = await work.perform(id, directory, { k6, progress, signal });
    progress.close();
    console.log(renderTerminal(record));
    console.log(`Record: ${directory}   again: ./hotpath report ${directory}`);
    console.log(`Report: ${await writeHtmlReport(record, directory)}`);
    return exitCodeOf(verdictOf(record), record);
  } finally {
    progress.close();
  }
}
