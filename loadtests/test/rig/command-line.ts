import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { isAlive, type ProcessIdentity } from '@hotpath/loadtests/rig/proc';

export const cli = join(checkout, 'loadtests/dist/src/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a command line, in the test runner's group, so that it goes when that is stopped. */
export function startCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(command, args, {
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

export function startHotpath(...args: readonly string[]): RunningCommand {
  return startCommand(process.execPath, [cli, ...args]);
}

export function runHotpath(...args: readonly string[]): Promise<Ended> {
  return startHotpath(...args).ended;
}

export type Recorded = ProcessIdentity & { readonly name: string };

/** The processes that the rig in a directory has on record. */
export function recordedIn(path: string): Recorded[] {
  const records = join(path, 'processes');
  if (!existsSync(records)) return [];
  return readdirSync(records).flatMap((file) => {
    try {
      return [JSON.parse(readFileSync(join(records, file), 'utf8')) as Recorded];
    } catch {
      return []; // removed or not yet whole: the next look tells
    }
  });
}

/** Live processes whose command line names the directory. */
export function processesOf(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => textOf(`/proc/${pid}/cmdline`).includes(path))
    .map(Number);
}

export function aliveOf(recorded: readonly Recorded[]): string[] {
  return recorded.filter(isAlive).map(({ name }) => name);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
