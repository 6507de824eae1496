/** The rig that `./hotpath rig up` leaves standing: what its holder tells in status.json. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startArm } from './arm.js';
import { missingObservers } from './observers/observer-programs.js';
import { type ObservedStores, type Observers, startObservers } from './observers/observers.js';
import type { RigProcess } from './process.js';
import { openRigDirectory, type RigDirectory } from './rig-directory.js';
import { rigRoot } from './rig-paths.js';
import { placeOf, startServers } from './servers.js';

/** Where it lies unless --dir says otherwise. */
export const standingRigDirectory = join(rigRoot, 'up');
const statusName = 'status.json';

export interface Service {
  readonly name: string;
  readonly pid: number;
  readonly url: string | null;
  readonly logFile: string;
  /** How it ended, unasked; null while it runs. */
  readonly ended: string | null;
}

export interface StandingStatus {
  /** Of the holder. A file with another pid is an earlier holder's. */
  readonly pid: number;
  readonly phase: 'starting' | 'ready' | 'failed';
  /** What is being started now, or what went wrong. */
  readonly note: string;
  readonly services: readonly Service[];
}

export function readStatus(path: string, pid: number): StandingStatus | null {
  const file = join(path, statusName);
  if (!existsSync(file)) return null;
  const status = JSON.parse(readFileSync(file, 'utf8')) as StandingStatus;
  return status.pid === pid ? status : null;
}

/** Whole or not at all: somebody may be reading. Only this user may: the URLs hold passwords. */
function writeStatus(path: string, status: StandingStatus): void {
  const statusFile = join(path, statusName);
  const next = `${statusFile}.next`;
  writeFileSync(next, JSON.stringify(status), { mode: 0o600 });
  renameSync(next, statusFile);
}

/**
 * Starts both databases, both arms and what watches them, and stays until the signal is aborted.
 * @throws {RigError} when one does not start; the status says so too
 */
export async function holdStandingRig(path: string, signal: AbortSignal): Promise<void> {
  const directory = await openRigDirectory(path);
  const processes: RigProcess[] = [];
  let phase: StandingStatus['phase'] = 'starting';
  const tell = (note: string) => {
    const services = processes.map((process) => serviceOf(process, directory));
    writeStatus(path, { pid: process.pid, phase, note, services });
  };
  try {
    await startAll(directory, processes, tell);
    phase = 'ready';
    tell('');
    directory.onDeath((death) => tell(`${death.name} ended unasked`));
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      // The lock's socket keeps nobody awake, and children may all have died: this timer does.
      const awake = setInterval(() => {}, 60_000);
      signal.addEventListener('abort', () => resolve(clearInterval(awake)), { once: true });
    });
  } catch (error) {
    phase = 'failed';
    tell((error as Error).message);
    throw error;
  } finally {
    await directory.close();
  }
}

async function startAll(
  dir: RigDirectory,
  processes: RigProcess[],
  tell: (note: string) => void,
): Promise<void> {
  const place = await placeOf('auto');
  tell(place === 'compose' ? 'MySQL and Valkey in Docker' : 'MariaDB and Redis');
  const { mysql, redis } = await startServers(place, dir);
  processes.push(mysql.process, redis.process);
  const observers = await startWatching(dir, { mysql, redis }, tell);
  processes.push(...(observers?.processes ?? []));
  for (const name of ['naive', 'async'] as const) {
    tell(`${name}-logger`);
    const database = `hotpath_${name}`;
    await mysql.createDatabase(database);
    const arm = await startArm(name, { dir, mysql, redis, database });
    processes.push(arm.api, ...(arm.worker === null ? [] : [arm.worker]));
    observers?.watchArm(arm, { arm: name }, mysql.url(database));
  }
}

/** Null where it is not here: who asked for the rig was told so before. */
async function startWatching(
  dir: RigDirectory,
  stores: ObservedStores,
  tell: (note: string) => void,
): Promise<Observers | null> {
  if (missingObservers().length > 0) return null;
  tell('Prometheus and its exporters');
  return startObservers(dir, stores);
}

function serviceOf({ name, pid, url, logFile }: RigProcess, directory: RigDirectory): Service {
  const death = directory.deaths.find((one) => one.pid === pid);
  const ended = death === undefined ? null : (death.signal ?? `exit code ${death.code}`);
  return { name, pid, url, logFile, ended };
}
