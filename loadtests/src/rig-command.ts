import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { exitCodes } from './exit-codes.js';
import { describeFlags, parseFlags, UsageError, valueFlag } from './flags.js';
import { isAlive } from './rig/proc.js';
import { openRigDirectory } from './rig/rig-directory.js';
import { RigError } from './rig/rig-error.js';
import { ownerOf } from './rig/rig-lock.js';
import {
  holdStandingRig,
  readStatus,
  type StandingStatus,
  standingRigDirectory,
} from './rig/standing-rig.js';
import { waitUntil } from './rig/wait.js';

/** Docker may have to fetch two images first. */
const upMsMax = 660_000;
/** Longer than the drains and stops of all its processes one after another. */
const downMsMax = 90_000;

const rigFlags = {
  dir: valueFlag('DIR', 'where its files lie (.rig/up)', z.string().min(1, 'takes a directory')),
};

export const rigUsage = `./hotpath rig up|status|down [flags]
  up      starts both databases, both arms and the Prometheus that watches them, in the background,
          and prints where they are
  status  prints what is up; ends with 13 when nothing is, or when something has died
  down    stops everything
${describeFlags(rigFlags)}`;

interface RigConfig {
  /** hold is up's other half: the process that stays. */
  readonly action: 'up' | 'status' | 'down' | 'hold';
  readonly path: string;
}

/** @throws {UsageError} unless it is exactly one of the actions, with flags that there are */
export function parseRigConfig(argv: readonly string[]): RigConfig {
  const { values, positionals } = parseFlags(rigFlags, argv);
  const [action, ...rest] = positionals;
  const known = (['up', 'status', 'down', 'hold'] as const).find((name) => name === action);
  if (known === undefined || rest.length > 0) {
    throw new UsageError(`rig takes one of up, status, down, not '${positionals.join(' ')}'`);
  }
  return { action: known, path: resolve(values.dir ?? standingRigDirectory) };
}

/** @throws {RigError} when something does not start or does not stop */
export async function rig(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { action, path } = parseRigConfig(argv);
  if (action === 'up') return up(path, signal);
  if (action === 'down') return down(path);
  if (action === 'status') return status(path);
  await holdStandingRig(path, signal);
  return exitCodes.ok;
}

async function up(path: string, signal: AbortSignal): Promise<number> {
  const owner = await ownerOf(path);
  if (owner !== null) {
    console.error('The rig is up already.');
    return status(path);
  }
  const pid = startHolder(path);
  try {
    const ready = await waitUntil(() => progressOf(path, pid, signal), {
      withinMs: upMsMax,
      until: 'the rig is up',
    });
    if (ready.phase === 'failed') throw new RigError(ready.note);
    printServices(ready);
    console.log('\n./hotpath rig down stops it.');
    return exitCodes.ok;
  } catch (error) {
    stopHolder(pid);
    await waitUntil(() => !isRunning(pid), {
      withinMs: upMsMax,
      until: 'what was started has ended',
    });
    throw error;
  }
}

/** A process of its own stays with the servers, so that they outlive this one and are still watched. */
function startHolder(path: string): number {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const log = openSync(holderLogIn(path), 'w', 0o600);
  try {
    const cli = fileURLToPath(new URL('cli.js', import.meta.url));
    const holder = spawn(process.execPath, [cli, 'rig', 'hold', '--dir', path], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    holder.unref();
    if (holder.pid === undefined) throw new RigError(`${process.execPath} can't be started`);
    return holder.pid;
  } finally {
    closeSync(log);
  }
}

function holderLogIn(path: string): string {
  return join(path, 'holder.log');
}

let lastNote = '';

function progressOf(path: string, pid: number, signal: AbortSignal): StandingStatus | undefined {
  signal.throwIfAborted();
  const status = readStatus(path, pid);
  if (status === null) {
    if (!isRunning(pid))
      throw new RigError(`it ended:\n${readFileSync(holderLogIn(path), 'utf8')}`);
    return undefined;
  }
  if (status.phase !== 'starting') return status;
  if (status.note !== lastNote) console.error(`starting ${status.note} …`);
  lastNote = status.note;
  return undefined;
}

async function down(path: string): Promise<number> {
  const owner = await ownerOf(path);
  if (owner === null) {
    const abandoned = await openRigDirectory(path);
    await abandoned.close();
    const { swept } = abandoned;
    console.log(
      swept.length === 0
        ? 'Nothing was up.'
        : `Nothing was up, but a crashed run had left: ${swept.join(', ')}. Stopped.`,
    );
    return exitCodes.ok;
  }
  console.error('stopping …');
  stopHolder(owner.pid);
  await waitUntil(() => !isAlive(owner), {
    withinMs: downMsMax,
    until: `the rig's holder (pid ${owner.pid}) has ended`,
  });
  console.log('Stopped.');
  return exitCodes.ok;
}

async function status(path: string): Promise<number> {
  const owner = await ownerOf(path);
  const found = owner === null ? null : readStatus(path, owner.pid);
  if (found === null) {
    console.log('Nothing is up. ./hotpath rig up starts it.');
    return exitCodes.rigFailed;
  }
  printServices(found);
  if (found.phase === 'starting') console.log(`Still starting ${found.note}.`);
  const broken = found.services.some((service) => service.ended !== null);
  return broken || found.phase === 'failed' ? exitCodes.rigFailed : exitCodes.ok;
}

function printServices({ services }: StandingStatus): void {
  const width = Math.max(0, ...services.map(({ name }) => name.length));
  for (const { name, pid, url, ended, logFile } of services) {
    const state = ended === null ? `${url}  (pid ${pid})` : `ended: ${ended}, see ${logFile}`;
    console.log(`${name.padEnd(width)}  ${state}`);
  }
}

function stopHolder(pid: number): void {
  if (isRunning(pid)) process.kill(pid, 'SIGTERM');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
