import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './proc.js';
import { RigError } from './rig-error.js';

/** The process that holds a directory. */
export interface RigOwner extends ProcessIdentity {
  readonly since: string;
}

const ownerFile = 'owner.json';

/**
 * Makes this process the owner of the directory until the lock is closed or the process dies.
 * @throws {RigError} when a live process owns it
 */
export async function takeLock(path: string): Promise<Server> {
  if (process.platform !== 'linux') {
    throw new RigError('the native rig needs Linux; elsewhere use --rig compose');
  }
  const lock = await tryLock(path);
  if (lock !== null) {
    const owner: RigOwner = { ...ownIdentity(), since: new Date().toISOString() };
    writeFileSync(join(path, ownerFile), JSON.stringify(owner));
    return lock;
  }
  const owner = readOwner(path);
  throw new RigError(
    `another hotpath (pid ${owner?.pid ?? 'unknown'}, since ${owner?.since ?? 'unknown'}) uses the rig in ` +
      `${path}. Wait for it to end, or stop it.`,
  );
}

/** Null when there is none alive, or it has just taken the lock and is about to say so. */
export function readOwner(path: string): RigOwner | null {
  try {
    const owner = JSON.parse(readFileSync(join(path, ownerFile), 'utf8')) as RigOwner;
    return isAlive(owner) ? owner : null;
  } catch {
    return null;
  }
}

/**
 * A name in Linux' abstract socket namespace is a lock that the kernel frees when its holder dies,
 * however it dies: no stale lock file to judge, no moment between judging and taking.
 */
function lockName(path: string): string {
  const digest = createHash('sha256').update(realpathSync(path)).digest('hex');
  return `\0hotpath-rig-${digest.slice(0, 40)}`;
}

function listenAbstract(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(name, () => resolve(server));
    server.unref();
  });
}

/** The lock of the directory without a claim to own it; null when somebody has it. */
export function tryLock(path: string): Promise<Server | null> {
  return listenAbstract(lockName(path));
}

/** The live process that owns the directory now; null when there is none. */
export async function ownerOf(path: string): Promise<RigOwner | null> {
  if (!isDirectory(path)) return null;
  const lock = await tryLock(path);
  if (lock === null) return readOwner(path);
  await closeLock(lock);
  return null;
}

export function closeLock(lock: Server): Promise<void> {
  return new Promise((resolve) => lock.close(() => resolve()));
}

function ownIdentity(): ProcessIdentity {
  const own = identify(process.pid);
  if (own === null) throw new RigError('/proc is not readable here; use --rig compose');
  return own;
}

export function isDirectory(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}
