/** The command line: name → function. With exit-codes.ts the only place that ends the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, CommandEntry } from './command.js';
import { exitCodes } from './exit-codes.js';
import { UsageError } from './flags.js';
import { ensurePrograms } from './rig/ensure-programs.js';
import { closeAllRigs } from './rig/rig-directory.js';
import { RigError } from './rig/rig-error.js';
import { sweepAbandonedRigs } from './rig/rig-sweep.js';

const closeMsMax = 30_000;
/** What a command gets, once its servers are gone, to put away its own things. */
const commandMsMax = 10_000;

const commands: Readonly<Record<string, CommandEntry>> = {
  study: {
    help: 'loads both arms in blocks, holds answers against what is stored, gives a verdict',
    needs: ['servers', 'k6'],
    check: async (argv) => (await import('./study-config.js')).parseStudyConfig(argv),
    usage: async () => (await import('./study-config.js')).studyUsage,
    load: async () => (await import('./study-command.js')).study,
  },
  run: {
    help: 'one k6 scenario against one arm, or against a service at a --url',
    needs: ['k6'],
    check: async (argv) => (await import('./run-command.js')).parseRun(argv),
    usage: async () => (await import('./run-config.js')).runUsage,
    load: async () => (await import('./run-command.js')).run,
  },
  report: {
    help: 'prints the result of a run record again',
    needs: [],
    check: async (argv) => (await import('./report-command.js')).parseReportConfig(argv),
    usage: async () => (await import('./report-command.js')).reportUsage,
    load: async () => (await import('./report-command.js')).report,
  },
  compare: {
    help: 'what changed from one record to another; ends with 12 on a regression',
    needs: [],
    check: async (argv) => (await import('./compare-command.js')).parseCompareConfig(argv),
    usage: async () => (await import('./compare-command.js')).compareUsage,
    load: async () => (await import('./compare-command.js')).compare,
  },
  history: {
    help: 'every figure over the records in a folder, with the points where its level changed',
    needs: [],
    check: async (argv) => (await import('./history-command.js')).parseHistoryConfig(argv),
    usage: async () => (await import('./history-command.js')).historyUsage,
    load: async () => (await import('./history-command.js')).history,
  },
  test: {
    help: 'types, lint and every test, on real servers',
    needs: [], // it sees to them itself, so that a missing one is counted in its closing line
    usage: async () => (await import('./test-command.js')).testUsage,
    load: async () => (await import('./test-command.js')).test,
  },
  bench: {
    help: 'what the hot path costs, and all arms saturated: ratios in one run',
    needs: ['servers', 'wrk'],
    check: async (argv) => (await import('./bench-command.js')).parseBenchConfig(argv),
    usage: async () => (await import('./bench-command.js')).benchUsage,
    load: async () => (await import('./bench-command.js')).bench,
  },
  capacity: {
    help: 'the highest rate that each arm holds, where it bends, and how it scales with users',
    needs: ['servers', 'k6', 'wrk'],
    check: async (argv) => (await import('./capacity-config.js')).parseCapacityConfig(argv),
    usage: async () => (await import('./capacity-config.js')).capacityUsage,
    load: async () => (await import('./capacity-command.js')).capacity,
  },
  chaos: {
    help: 'breaks the async arm by a seed, lets it heal, and looks for every event it acknowledged',
    needs: ['native servers'],
    check: async (argv) => (await import('./chaos-config.js')).parseChaosConfig(argv),
    usage: async () => (await import('./chaos-config.js')).chaosUsage,
    load: async () => (await import('./chaos-command.js')).chaos,
  },
  overload: {
    help: 'ten times what async takes, for a minute: what is accepted, refused, lost, and how fast',
    needs: ['servers', 'wrk'],
    check: async (argv) => (await import('./overload-command.js')).parseOverloadConfig(argv),
    usage: async () => (await import('./overload-command.js')).overloadUsage,
    load: async () => (await import('./overload-command.js')).overload,
  },
  fuzz: {
    help: 'hostile input of every kind, by a seed: nothing may crash, hang, show insides or lose an event',
    needs: ['servers'],
    check: async (argv) => (await import('./fuzz-command.js')).parseFuzzConfig(argv),
    usage: async () => (await import('./fuzz-command.js')).fuzzUsage,
    load: async () => (await import('./fuzz-command.js')).fuzz,
  },
  rig: {
    help: 'up, status, down: both arms and their databases, to look at',
    needs: ['servers', 'observers'],
    check: async (argv) => (await import('./rig-command.js')).parseRigConfig(argv),
    usage: async () => (await import('./rig-command.js')).rigUsage,
    load: async () => (await import('./rig-command.js')).rig,
  },
  watch: {
    help: 'what both arms do now: rate, p95, failures, backlog, pool, CPU, once a second',
    needs: [],
    check: async (argv) => (await import('./watch-command.js')).parseWatchConfig(argv),
    usage: async () => (await import('./watch-command.js')).watchUsage,
    load: async () => (await import('./watch-command.js')).watch,
  },
  doctor: {
    help: 'what is here, what is missing and what to do',
    needs: [],
    usage: async () => (await import('./doctor.js')).doctorUsage,
    load: async () => (await import('./doctor.js')).doctor,
  },
  help: {
    help: 'this list; COMMAND --help tells the flags of one',
    needs: [],
    usage: async () => './hotpath help [COMMAND]',
    load: async () => help,
  },
};

async function help(argv: readonly string[]): Promise<number> {
  const [name] = argv;
  if (name !== undefined) {
    console.log(await entryOf(name).usage());
    return exitCodes.ok;
  }
  const width = Math.max(...Object.keys(commands).map((command) => command.length));
  console.log('Loads two error loggers that differ in one decision and says what happened.\n');
  for (const [command, entry] of Object.entries(commands)) {
    console.log(`  ./hotpath ${command.padEnd(width)}  ${entry.help}`);
  }
  return exitCodes.ok;
}

function entryOf(name: string): CommandEntry {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    throw new UsageError(
      `there is no command '${name}'; there are ${Object.keys(commands).join(', ')}`,
    );
  }
  return entry;
}

async function runCommand(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const [first = 'help', ...rest] = argv;
  const name = first === '--help' || first === '-h' ? 'help' : first;
  const entry = entryOf(name);
  if (rest.includes('--help') || rest.includes('-h')) return help([name]);
  await entry.check?.(rest);
  if (entry.needs.includes('servers')) {
    const swept = await sweepAbandonedRigs();
    if (swept.length > 0) say(`stopped what a crashed run had left: ${swept.join(', ')}`);
  }
  await ensurePrograms(entry.needs, say);
  const command: Command = await entry.load();
  return command(rest, signal);
}

/** The exit code of an error, which is told. */
function report(error: unknown): number {
  if (error instanceof UsageError) {
    say(`${error.message}\n(./hotpath help lists the commands, ./hotpath help COMMAND its flags)`);
    return exitCodes.usage;
  }
  if (error instanceof RigError) {
    say(error.message);
    return exitCodes.rigFailed;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.bug;
}

function say(line: string): void {
  console.error(`hotpath: ${line}`);
}

let ending = false;

/** Stops what is running, within bounds, and ends. Whatever is left then is killed on exit. */
async function end(code: number, last?: () => Promise<unknown>): Promise<never> {
  ending = true;
  const limit = setTimeout(() => {
    say(`gave up stopping after ${closeMsMax} ms; killing what is left`);
    process.exit(code);
  }, closeMsMax);
  try {
    await closeAllRigs();
    await last?.();
  } catch (error) {
    say(`while stopping: ${String(error)}`);
  }
  clearTimeout(limit);
  process.exit(code);
}

const interruption = new AbortController();

function onSignal(name: string, code: number): void {
  if (ending) {
    say('killing what is left');
    process.exit(code); // kills every process of the rig on the way out (rig-directory.ts)
  }
  // First, as it takes the live display off the screen, which would else stand above and below this line.
  interruption.abort();
  say(`${name}: stopping; once more kills at once`);
  void end(code, async () => {
    await Promise.race([running.catch(() => {}), sleep(commandMsMax, undefined, { ref: false })]);
    // A command's own children, test runners for one, may have had rigs that die with nobody to close them.
    await sweepAbandonedRigs();
  });
}

process.on('SIGINT', () => onSignal('interrupted', exitCodes.interrupted));
process.on('SIGTERM', () => onSignal('asked to end', exitCodes.terminated));
process.on('SIGHUP', () => onSignal('terminal closed', exitCodes.terminated));
process.on('uncaughtException', (error) => void (ending || end(report(error))));
process.on('unhandledRejection', (error) => void (ending || end(report(error))));
// Whoever reads our output may go first: `./hotpath help | head -1`.
process.stdout.on('error', () => void (ending || end(exitCodes.ok)));
process.stderr.on('error', () => {});

const running = runCommand(process.argv.slice(2), interruption.signal);
let code: number;
try {
  code = await running;
} catch (error) {
  code = interruption.signal.aborted ? exitCodes.interrupted : report(error);
}
if (!ending) await end(code);
