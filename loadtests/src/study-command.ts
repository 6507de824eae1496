import { recorded, secondsBesideLoad } from './recorded-command.js';
import { performStudy } from './run/study.js';
import { parseStudyConfig } from './study-config.js';

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
    `Study of ${labels.join(', ')}: ${blocks} blocks of ${measureSeconds} s at ` +
    `${ratePerSecond} arrivals/s, seed ${seed}${fault === null ? '' : `, fault ${fault}`}`;
  return recorded(
    {
      plan: { blocks, labels, runs: blocks * entries.length, secondsARun },
      introduction,
      outDirectory: config.outDirectory,
      perform: (id, directory, tools) => performStudy(config, id, directory, tools),
    },
    signal,
  );
}
