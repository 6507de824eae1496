/** A disk of a few megabytes that can be filled: tmpfs, which only root can mount. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import type { RigDirectory } from './rig-directory.js';

const run = promisify(execFile);
const mountMsMax = 5_000;
const fillMsMax = 5_000;
const fillTriesMax = 5;
/** 1 MiB. */
const pagesLeft = 256;

export class SmallDisk {
  constructor(readonly path: string) {}

  private get ballast(): string {
    return join(this.path, 'ballast');
  }

  /**
   * Until it takes no more byte.
   * @throws {Error} when the program fallocate fails
   */
  async fill(): Promise<void> {
    const bsize = await this.takeMost();
    const file = openSync(this.ballast, 'a', 0o600);
    try {
      for (;;) writeSync(file, Buffer.alloc(bsize));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /**
   * By another process: to clear so many pages takes a while, and the load comes from this one. Short of the
   * last of them, which somebody may take meanwhile; whoever takes more than that has it tried again.
   * @returns bytes in a page
   */
  private async takeMost(): Promise<number> {
    for (let tries = 1; ; tries++) {
      const { bavail, bsize } = await statfs(this.path);
      const bytes = Math.max(1, bavail - pagesLeft) * bsize;
      try {
        await run('fallocate', ['-l', String(bytes), this.ballast], { timeout: fillMsMax });
        return bsize;
      } catch (error) {
        if (tries === fillTriesMax) throw error;
      }
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }
}

/** Null where it can't be mounted. Gone when the rig is closed, or swept. */
export async function mountSmallDisk(
  directory: RigDirectory,
  name: string,
  megabytes: number,
): Promise<SmallDisk | null> {
  const path = directory.directory(name);
  const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'hotpath', path];
  try {
    await run('mount', args, { timeout: mountMsMax });
  } catch {
    return null;
  }
  directory.onClose(() => unmountUnder(path));
  return new SmallDisk(path);
}

/** @throws {Error} when one can't be unmounted */
export async function unmountUnder(path: string): Promise<void> {
  const root = resolve(path);
  const mounted = mountPoints().filter((point) => point === root || point.startsWith(root + sep));
  // Lazily: the last process that had a file there may not be gone to the last bit.
  for (const point of mounted.reverse())
    await run('umount', ['-l', point], { timeout: mountMsMax });
}

function mountPoints(): string[] {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
    return lines.map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '));
  } catch {
    return []; // not Linux, where nothing was mounted either
  }
}
