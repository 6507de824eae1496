import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import { environment, parseStudyConfig, type StudyConfig } from './config.js';
import { exitCodeOf } from './report/exit-code.js';
import { renderTerminal } from './report/terminal.js';
import { verdictOf } from './report/verdict.js';
import { k6Path } from './rig/k6.js';
import { newRecordId } from './run/describe-study.js';
import { Progress } from './run/progress.js';
import { performStudy } from './run/study.js';

/** Beside warm-up and window: starting processes and k6's users twice, draining, ledger, stopping. */
const secondsBesideLoad = 9;

/**
 * Loads all arms in blocks and prints table and verdict.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, an arm or k6 fails
 */
export async function study(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const config = parseStudyConfig(argv);
  const id = newRecordId(new Date(), randomInt(2 ** 16));
  const directory = config.outDirectory ?? join(checkout, 'runs', id);
  const progress = new Progress(process.stderr, planOf(config), { dumb: environment.dumbTerminal });
  signal.addEventListener('abort', () => progress.close());
  try {
    progress.say(introduction(config, directory));
    const k6 = await k6Path((line) => progress.say(line));
    const record = await performStudy(config, id, directory, { k6, progress, signal });
    progress.close();
    console.log(renderTerminal(record));
    console.log(`Record: ${directory}   again: ./hotpath report ${directory}`);
    return exitCodeOf(verdictOf(record), record);
  } finally {
    progress.close();
  }
}

function planOf({ blocks, entries, measureSeconds, warmUpSeconds }: StudyConfig) {
  return {
    blocks,
    labels: entries.map(({ label }) => label),
    runs: blocks * entries.length,
    secondsARun: measureSeconds + warmUpSeconds + secondsBesideLoad,
  };
}

function introduction(config: StudyConfig, directory: string): string {
  const { entries, blocks, ratePerSecond, measureSeconds, seed } = config;
  const arms = entries.map(({ label }) => label).join(', ');
  return (
    `Study of ${arms}: ${blocks} blocks of ${measureSeconds} s at ${ratePerSecond} arrivals/s, ` +
    `seed ${seed}, into ${directory}`
  );
}
