/** Docker's side of a rig in compose: the project of one rig directory, and what a crashed one left. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import { environment } from '../config.js';
import { dockerEngineVersion, findProgram } from './programs.js';
import { RigError } from './rig-error.js';

const composeFile = join(checkout, 'docker-compose.yml');
const versionMsMax = 10_000;
const downMsMax = 60_000;
/** What the servers get to end by themselves when their data is thrown away anyway. */
const downGraceSeconds = 5;
const outputCharactersMax = 100_000;
const complaintCharactersMax = 2_000;

/** A container that dies stays dead: one that Docker starts again would hide it from the run. */
const override = ['mysql', 'redis']
  .map((service) => `  ${service}: { restart: 'no' }\n`)
  .reduce((text, line) => text + line, 'services:\n');

export interface DockerCall {
  readonly msMax: number;
  /** Goes to its standard input. */
  readonly input?: string;
  /** Aborted: it is killed, and the promise rejects. */
  readonly signal?: AbortSignal;
  /** Returns what it prints on standard error too: a container's log is on both. */
  readonly both?: boolean;
}

/**
 * Runs the Docker client and returns what it prints.
 * @throws {RigError} with the end of its complaint, when it fails or takes longer than msMax
 */
export function docker(
  args: readonly string[],
  { msMax, input = '', signal, both = false }: DockerCall,
): Promise<string> {
  const program = findProgram('docker');
  if (program === null) return Promise.reject(new RigError('docker is not installed'));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: environment.forChildren,
      stdio: 'pipe',
      timeout: msMax,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    let complaint = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputCharactersMax);
    };
    child.stdout.on('data', keep);
    if (both) child.stderr.on('data', keep);
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-complaintCharactersMax);
    });
    child.stdin.on('error', () => {}); // it ended without reading: its exit code says why
    child.stdin.end(input);
    const command = `docker ${args.join(' ')}`;
    child.once('error', (error) => reject(new RigError(`${command}: ${error.message}`)));
    child.once('close', (code, ending) => {
      if (code === 0) return resolve(output);
      const how = ending === null ? `ended with ${code}` : `got ${ending} (limit ${msMax} ms)`;
      reject(new RigError(`${command} ${how}:\n${complaint.trimEnd()}`));
    });
  });
}

/** Why databases can't run in compose here, as a sentence with a remedy; null when they can. */
export async function composeProblem(): Promise<string | null> {
  if ((await dockerEngineVersion()) === null) {
    return 'no Docker engine answers. Start it, or say in DOCKER_HOST where it is.';
  }
  try {
    await docker(['compose', 'version'], { msMax: versionMsMax });
    return null;
  } catch {
    return 'this docker has no compose plugin: https://docs.docker.com/compose/install/linux/';
  }
}

/** Where a rig directory has the files of its compose project. */
function homeIn(rigPath: string): string {
  return join(rigPath, 'compose');
}

/** Of one rig directory and nobody else's, so never that of the compose rig which the user runs. */
export function projectName(rigPath: string): string {
  return `hotpath-rig-${createHash('sha256').update(rigPath).digest('hex').slice(0, 12)}`;
}

/** The start of every command line. The env file is named, so that the user's own .env isn't read. */
export function composeArguments(rigPath: string): string[] {
  const home = homeIn(rigPath);
  return [
    ...['compose', '--project-name', projectName(rigPath), '--env-file', join(home, 'env')],
    ...['--file', composeFile, '--file', join(home, 'override.yml')],
  ];
}

/**
 * Writes the project's files, which only this user may read: a fresh secret for each that
 * .env.example lists, as deploy/make-env.sh does, and the ports. Returns what the env file holds.
 */
export function writeProjectFiles(
  rigPath: string,
  ports: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> {
  const example = readFileSync(join(checkout, '.env.example'), 'utf8');
  const secrets = [...example.matchAll(/^([A-Z_]+)=$/gm)].map(
    ([, name]) => [name as string, randomBytes(24).toString('hex')] as const,
  );
  const values = { ...Object.fromEntries(secrets), ...mapValues(ports, String) };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  const home = homeIn(rigPath);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'override.yml'), override, { mode: 0o600 });
  writeFileSync(join(home, 'env'), lines.join(''), { mode: 0o600 });
  return values;
}

/**
 * Removes the project's containers, network and volumes, then its files.
 * @throws {RigError} when Docker can't: the files stay, so that the next start tries again
 */
async function removeProject(rigPath: string): Promise<void> {
  const down = ['down', '--volumes', '--remove-orphans', '--timeout', String(downGraceSeconds)];
  await docker([...composeArguments(rigPath), ...down], { msMax: downMsMax });
  rmSync(homeIn(rigPath), { recursive: true, force: true });
}

/**
 * Removes what a crashed owner of the directory left in Docker. Returns its name, or nothing. An engine
 * that does not answer runs nothing of ours either: the files then stay for a later sweep.
 * @throws {RigError} when Docker can't remove it
 */
export async function sweepProject(rigPath: string): Promise<string[]> {
  const written = ['env', 'override.yml'].every((name) => existsSync(join(homeIn(rigPath), name)));
  if (!written || (await dockerEngineVersion()) === null) return [];
  await removeProject(rigPath);
  return ['mysql and redis in Docker'];
}

function mapValues<T, R>(of: Readonly<Record<string, T>>, to: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, to(value)]));
}
