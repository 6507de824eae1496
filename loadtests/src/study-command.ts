import { percentText } from './number-text.js';
import { recorded, secondsBesideLoad } from './recorded-command.js';
import { isEnough } from './report/resolution.js';
import { performStudy } from './run/study.js';
import { parseStudyConfig, type StudyConfig } from './study-config.js';

/**
 * Loads all arms in blocks and prints table and verdict.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, an arm or k6 fails
 */
export async function study(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const config = parseStudyConfig(argv);
  const { entries, blocks, fault, ratePerSecond, measureSeconds, warmUpSeconds, seed } = config;
  const labels = entries.map(({ label }) => label);
  const secondsARun = measureSeconds + warmUpSeconds + secondsBesideLoad;
  const introduction =
    `Study of ${labels.join(', ')}: ${blocksText(config)} of ${measureSeconds} s at ` +
    `${ratePerSecond} arrivals/s, seed ${seed}${fault === null ? '' : `, fault ${fault}`}`;
  return recorded(
    {
      plan: { blocks, labels, runs: blocks * entries.length, secondsARun },
      introduction,
      outDirectory: config.outDirectory,
      perform: (id, directory, tools) => performStudy(config, id, directory, tools, isEnough),
    },
    signal,
  );
}

function blocksText({ blocks, stop }: StudyConfig): string {
  if (stop === null || stop.blocksMin === stop.blocksMax) return `${blocks} blocks`;
  return `${stop.blocksMin} to ${blocks} blocks, as many as ±${percentText(stop.width)} takes,`;
}
