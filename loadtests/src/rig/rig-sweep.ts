import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sweepProject } from './compose-project.js';
import { isAlive, type ProcessIdentity } from './proc.js';
import { closeLock, isDirectory, readOwner, tryLock } from './rig-lock.js';
import { rigRoot, testsDirectory, testsOfSuite } from './rig-paths.js';
import { unmountUnder } from './small-disk.js';
import { waitUntil } from './wait.js';

const sweepMsMax = 5_000;

/**
 * Ends what crashed owners left in any of our rig directories, and removes those of tests.
 * Directories with a live owner are left alone. Returns the names of what was ended.
 */
export function sweepAbandonedRigs(): Promise<string[]> {
  // One after another: to a second sweep at the same time the first one's locks look like live owners.
  const mine = lastSweep.then(sweepAll);
  lastSweep = mine.catch(() => []);
  return mine;
}

let lastSweep: Promise<unknown> = Promise.resolve();

async function sweepAll(): Promise<string[]> {
  const swept: string[] = [];
  for (const path of subDirectories(rigRoot).filter((one) => one !== testsDirectory)) {
    swept.push(...(await whenAbandoned(path, () => sweep(path))));
  }
  for (const path of subDirectories(testsDirectory)) {
    swept.push(...(await whenAbandoned(path, () => sweepSuite(path))));
  }
  return swept;
}

async function whenAbandoned(path: string, act: () => Promise<string[]>): Promise<string[]> {
  const lock = await tryLock(path);
  if (lock === null) return [];
  try {
    return await act();
  } finally {
    await closeLock(lock);
  }
}

/**
 * The rigs of a dead suite's tests are abandoned even when they have a live owner: some tests start
 * rigs that outlive the command which started them, and only they know how to end these.
 */
async function sweepSuite(path: string): Promise<string[]> {
  const swept: string[] = [];
  for (const test of subDirectories(testsOfSuite(path))) {
    const lock = await tryLock(test);
    const owner = lock === null ? readOwner(test) : null;
    if (lock !== null) await closeLock(lock);
    if (owner !== null) {
      process.kill(owner.pid, 'SIGKILL');
      await gone(owner, 'the owner of a rig');
    }
    swept.push(...(await sweep(test)));
  }
  swept.push(...(await sweep(path)));
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  return swept;
}

/** Ends what is on record in the directory, which has no live owner. Returns the names. */
export async function sweep(path: string): Promise<string[]> {
  const processes = await sweepProcesses(path);
  await unmountUnder(path);
  return [...processes, ...(await sweepProject(path))];
}

async function sweepProcesses(path: string): Promise<string[]> {
  const records = join(path, 'processes');
  if (!isDirectory(records)) return [];
  const swept: string[] = [];
  for (const file of readdirSync(records)) {
    const record = readRecord(join(records, file));
    if (record !== null && isAlive(record)) {
      killGroup(record.pid);
      await gone(record, record.name);
      swept.push(record.name);
    }
    rmSync(join(records, file), { force: true });
  }
  return swept;
}

async function gone(identity: ProcessIdentity, name: string): Promise<void> {
  await waitUntil(() => !isAlive(identity), {
    withinMs: sweepMsMax,
    until: `${name} (pid ${identity.pid}), left by a crashed run, is gone`,
  });
}

function readRecord(file: string): (ProcessIdentity & { name: string }) | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity & { name: string };
  } catch {
    return null; // cut off by the crash: the process then has lived for less than a millisecond
  }
}

/**
 * SIGKILL, or the given signal, to a process of the rig and its descendants: it leads a group of its
 * own (process.ts). False when nobody is left in it.
 */
export function killGroup(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function subDirectories(path: string): string[] {
  if (!isDirectory(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name));
}
