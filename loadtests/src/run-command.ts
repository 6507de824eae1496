import { neighbours, parseNeighboursConfig } from './neighbours-command.js';
import { recorded, secondsBesideLoad } from './recorded-command.js';
import { ensurePrograms } from './rig/ensure-programs.js';
import { performSingleRun } from './run/single-run.js';
import { parseRunConfig } from './run-config.js';

/** Leaves no record: its verdict is on three projects, and a record is of one load. */
const isNeighbours = (argv: readonly string[]) => argv[0] === 'neighbours';

/** @throws {UsageError} naming every bad flag */
export function parseRun(argv: readonly string[]): unknown {
  return isNeighbours(argv) ? parseNeighboursConfig(argv.slice(1)) : parseRunConfig(argv);
}

/** A guess for scenarios with a length of their own: the display can't know it. */
const secondsOfScenario = 60;

/**
 * Loads one arm, or a service at a URL, with one scenario and prints what happened.
 * @throws {UsageError} on a bad flag
 * @throws {RigError} when a server, the arm or k6 fails
 */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<number> {
  if (isNeighbours(argv)) return neighbours(argv.slice(1), signal);
  const config = parseRunConfig(argv);
  const { scenario, url, arm, seed, warmUpSeconds } = config;
  // Only here is it known whether servers are needed: somebody else's service has its own.
  if (url === null) await ensurePrograms(['servers'], (line) => console.error(`hotpath: ${line}`));
  const label = url ?? arm;
  const secondsARun = (config.seconds ?? secondsOfScenario) + warmUpSeconds + secondsBesideLoad;
  return recorded(
    {
      plan: { blocks: 1, labels: [label], runs: 1, secondsARun },
      introduction: `Run of ${scenario} against ${label}, seed ${seed}`,
      outDirectory: config.outDirectory,
      perform: (id, directory, tools) => performSingleRun(config, id, directory, tools),
    },
    signal,
  );
}
