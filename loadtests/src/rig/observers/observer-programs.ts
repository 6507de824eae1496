/** Prometheus and its exporters: what of them is here, and how they get here. Never installed. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FoundProgram, findProgram, judgeVersion, toolsDirectory } from '../programs.js';
import { RigError } from '../rig-error.js';

const run = promisify(execFile);
const fetchMsMax = 120_000;
const versionMsMax = 10_000;
const fetched = join(toolsDirectory, 'observers');

export type ObserverProgram =
  | 'prometheus'
  | 'promtool'
  | 'node-exporter'
  | 'mysqld-exporter'
  | 'redis-exporter'
  | 'process-exporter';

interface Needs {
  /** As Debian calls it, then as its makers do. */
  readonly names: readonly string[];
  readonly package: string;
  readonly versionMin: string | null;
}

const programs: Readonly<Record<ObserverProgram, Needs>> = {
  // 2.40 is the first with native histograms, which k6 sends.
  prometheus: { names: ['prometheus'], package: 'prometheus', versionMin: '2.40' },
  promtool: { names: ['promtool'], package: 'prometheus', versionMin: '2.40' },
  'node-exporter': exporter('node', '1.5'),
  'mysqld-exporter': exporter('mysqld', '0.14'),
  'redis-exporter': exporter('redis', '1.45'),
  // Debian's does not know its own version.
  'process-exporter': {
    names: ['prometheus-process-exporter', 'process-exporter'],
    package: 'prometheus-process-exporter',
    versionMin: null,
  },
};

function exporter(name: string, versionMin: string): Needs {
  const debian = `prometheus-${name}-exporter`;
  return { names: [debian, `${name}_exporter`], package: debian, versionMin };
}

export const observerPackages: readonly string[] = [
  ...new Set(Object.values(programs).map((needs) => needs.package)),
];

/** Fetched by us before, else on PATH; null when neither. */
export function observerPath(name: ObserverProgram): string | null {
  const [debian = '', ...others] = programs[name].names;
  const own = findProgram(join(fetched, 'usr/bin', debian));
  return own ?? [debian, ...others].map(findProgram).find((path) => path !== null) ?? null;
}

export function missingObservers(): ObserverProgram[] {
  return (Object.keys(programs) as ObserverProgram[]).filter((name) => observerPath(name) === null);
}

export function observerRemedy(): string {
  return canFetch()
    ? `They are fetched when they are needed (apt-get download ${observerPackages.join(' ')}).`
    : `Put ${Object.keys(programs).join(', ')} on PATH; without them runs are not observed.`;
}

/** @throws {RigError} when it is not here */
export function requireObserver(name: ObserverProgram): string {
  const path = observerPath(name);
  if (path === null) throw new RigError(`${name} is missing. ${observerRemedy()}`);
  return path;
}

/** All of them, each with what is wrong with it. */
export function findObservers(): Promise<FoundProgram[]> {
  const names = Object.keys(programs) as ObserverProgram[];
  return Promise.all(
    names.map(async (name) => {
      const path = observerPath(name);
      const remedy = observerRemedy();
      if (path === null) return { name, path, version: null, problem: 'missing', remedy };
      const { versionMin } = programs[name];
      const version = await versionSaid(path);
      if (versionMin === null) return { name, path, version, problem: null, remedy: null };
      return { name, path, version, ...judgeVersion(version, versionMin, remedy) };
    }),
  );
}

/** One of them says it on standard error. */
async function versionSaid(path: string): Promise<string | null> {
  try {
    const said = await run(path, ['--version'], { timeout: versionMsMax, killSignal: 'SIGKILL' });
    const first = `${said.stdout}\n${said.stderr}`.trim().split('\n', 1)[0] ?? '';
    return /(?:version|Exporter) v?(\d+\.\d+(?:\.\d+)?)/.exec(first)?.[1] ?? null;
  } catch {
    return null;
  }
}

export function canFetch(): boolean {
  return findProgram('apt-get') !== null && findProgram('dpkg-deb') !== null;
}

/**
 * Debian's packages, unpacked beside the checkout's other tools: an installation would start a system
 * service of each. apt-get holds what it gets against the signed lists.
 * @throws {RigError} when they can't be had
 */
export async function fetchObservers(say: (line: string) => void): Promise<void> {
  if (!canFetch()) throw new RigError(`no apt-get here. ${observerRemedy()}`);
  say(`fetching ${observerPackages.join(', ')} into .tools (nothing is installed)`);
  // One a process, so that two first starts don't meet; the rename at the end is atomic.
  const work = join(toolsDirectory, `observers-fetch-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await download(work);
    const root = join(work, 'root');
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      await call('dpkg-deb', ['-x', join(work, file), root], work);
    }
    if (!existsSync(fetched)) renameSync(root, fetched);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The lists are fetched only when the packages can't be had without: that takes longest. */
async function download(work: string): Promise<void> {
  const args = ['download', ...observerPackages];
  try {
    await call('apt-get', args, work);
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    await call('apt-get', ['update'], work);
    await call('apt-get', args, work);
  }
}

/** With all of our environment, in which proxies may be named. */
async function call(command: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await run(command, args, { cwd, timeout: fetchMsMax, killSignal: 'SIGKILL' });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const last = (stderr.trim() || message).split('\n').slice(-3).join('\n');
    throw new RigError(`${command} ${args.join(' ')} failed:\n${last}`, { cause: error });
  }
}
