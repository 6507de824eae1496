import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { identify } from './proc.js';
import { RigError } from './rig-error.js';
import { closeLock, takeLock } from './rig-lock.js';
import { temporaryRigPath } from './rig-paths.js';
import { killGroup, sweep } from './rig-sweep.js';

/** What the directory must know of a process to end it; process.ts gives it. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<unknown>;
}

/** An exit that nobody asked for: makes a run invalid. */
export interface Death {
  readonly name: string;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atMs: number;
}

const open = new Set<RigDirectory>();
let exitHookSet = false;

/**
 * Owns the processes and files of one rig.
 * Guarantee: one live owner a directory; whatever way the owner ends, its processes end with it (on
 * exit they are killed; after SIGKILL the next owner sweeps them, told apart from others by start time).
 */
export class RigDirectory {
  /** Names of the processes that a crashed owner had left and that are gone now. */
  readonly swept: string[] = [];
  readonly deaths: Death[] = [];
  private readonly children = new Map<number, Child>();
  private readonly deathListeners = new Set<(death: Death) => void>();
  private readonly closeActions: (() => Promise<void>)[] = [];
  private logs = 0;
  private closing: Promise<void> | null = null;

  constructor(
    readonly path: string,
    private readonly lock: Server,
    private readonly removeOnClose: boolean,
  ) {}

  /** Creates a sub-directory that only this user can read, or returns the one that is there. */
  directory(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  newLogFile(name: string): string {
    this.logs += 1;
    return join(this.directory('logs'), `${String(this.logs).padStart(3, '0')}-${name}.log`);
  }

  /** @throws {RigError} once close() was called: nothing may start any more */
  assertOpen(): void {
    if (this.closing !== null) throw new RigError(`the rig in ${this.path} is being stopped`);
  }

  /** Called in the same tick as the spawn, so that no crash of ours can fall between. */
  adopt(child: Child): void {
    this.children.set(child.pid, child);
    const record = { name: child.name, ...identify(child.pid) };
    writeFileSync(this.recordOf(child.pid), JSON.stringify(record));
  }

  release(pid: number): void {
    this.children.delete(pid);
    rmSync(this.recordOf(pid), { force: true });
  }

  reportDeath(death: Death): void {
    this.deaths.push(death);
    for (const listener of this.deathListeners) listener(death);
  }

  /** Returns the function that stops listening. */
  onDeath(listener: (death: Death) => void): () => void {
    this.deathListeners.add(listener);
    return () => this.deathListeners.delete(listener);
  }

  /** For what is no process of ours: done after every process has stopped. */
  onClose(action: () => Promise<void>): void {
    this.closeActions.push(action);
  }

  /** Stops every process, the youngest first, and lets go of the directory. Never rejects for a process. */
  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  /** SIGKILL to all at once, without waiting: for the last moment of this process. */
  killNow(): void {
    for (const pid of this.children.keys()) killGroup(pid);
  }

  private async closeOnce(): Promise<void> {
    for (const child of [...this.children.values()].reverse()) await child.stop();
    for (const action of this.closeActions) {
      // The next owner sweeps what it left, and others must not stay locked out meanwhile.
      await action().catch((error: Error) => process.emitWarning(error.message));
    }
    open.delete(this);
    if (this.removeOnClose) rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
    await closeLock(this.lock);
  }

  private recordOf(pid: number): string {
    return join(this.directory('processes'), `${pid}.json`);
  }
}

/**
 * Takes the directory for this process and ends what a crashed owner left running in it.
 * @throws {RigError} when a live process owns it
 */
export async function openRigDirectory(
  path: string,
  { removeOnClose = false } = {},
): Promise<RigDirectory> {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = await takeLock(path);
  const directory = new RigDirectory(path, lock, removeOnClose);
  try {
    directory.swept.push(...(await sweep(path)));
  } catch (error) {
    lock.close();
    throw error;
  }
  rmSync(join(path, 'logs'), { recursive: true, force: true });
  open.add(directory);
  setExitHook();
  return directory;
}

/** A directory of one's own that is gone after close(): for tests. */
export function openTemporaryRigDirectory(name: string): Promise<RigDirectory> {
  return openRigDirectory(temporaryRigPath(name), { removeOnClose: true });
}

/** Closes every rig that this process owns. */
export async function closeAllRigs(): Promise<void> {
  await Promise.all([...open].map((directory) => directory.close()));
}

function setExitHook(): void {
  if (exitHookSet) return;
  exitHookSet = true;
  process.on('exit', () => {
    for (const directory of open) directory.killNow();
  });
}
