/** What faults/fault-page.c reads and writes: a process' disk and clock, changed while it runs. */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import { runToEnd } from './process.js';
import { findProgram } from './programs.js';
import type { RigDirectory } from './rig-directory.js';

const source = join(checkout, 'loadtests/faults/fault-page.c');
const compileMsMax = 30_000;
const pageBytes = 4_096;
/** Offsets of its 64-bit numbers. */
const at = { fsyncDelayUs: 0, clockStepUs: 8, fsyncsDelayed: 16, clockReadsStepped: 24 };

/**
 * Builds the library that reads the pages; null without a C compiler.
 * @throws {RigError} when the compiler refuses
 */
export async function buildFaultPage(directory: RigDirectory): Promise<string | null> {
  const compiler = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang');
  if (compiler === null) return null;
  const library = join(directory.directory('fault-page'), 'fault-page.so');
  await runToEnd(directory, {
    ...{ name: 'fault-page-build', command: compiler, msMax: compileMsMax },
    args: ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'],
  });
  return library;
}

/** Of one service; a restarted process of it has the same page. */
export class FaultPage {
  private readonly file: string;
  private readonly syncedDirectory: string;

  constructor(
    directory: RigDirectory,
    private readonly library: string,
    service: string,
  ) {
    this.file = join(directory.directory('fault-page'), service);
    this.syncedDirectory = directory.directory(`fault-page/${service}-synced`);
    writeFileSync(this.file, Buffer.alloc(pageBytes), { mode: 0o600 });
  }

  /** To start the process with. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      HOTPATH_FAULT_PAGE: this.file,
      HOTPATH_SYNCED_DIRECTORY: this.syncedDirectory,
    };
  }

  /** Added to each fsync and fdatasync from now on. */
  delayFsyncs(ms: number): void {
    this.write(at.fsyncDelayUs, ms * 1_000);
  }

  /** Between its clock and the right one from now on. */
  stepClock(ms: number): void {
    this.write(at.clockStepUs, ms * 1_000);
  }

  get fsyncsDelayed(): number {
    return this.read(at.fsyncsDelayed);
  }

  get clockReadsStepped(): number {
    return this.read(at.clockReadsStepped);
  }

  /**
   * After its process was killed: takes from its files in that directory what was not synced, as a power cut may.
   * Returns how many files it had written, and the bytes that went.
   */
  cutUnsynced(directory: string): { files: number; bytes: number } {
    const cut = { files: 0, bytes: 0 };
    for (const name of readdirSync(this.syncedDirectory)) {
      const note = join(this.syncedDirectory, name);
      const path = join(directory, name);
      const syncedBytes = Number(readFileSync(note, 'utf8'));
      if (!existsSync(path)) rmSync(note);
      else if (Number.isSafeInteger(syncedBytes)) {
        cut.files += 1;
        const bytes = statSync(path).size - syncedBytes;
        if (bytes <= 0) continue;
        truncateSync(path, syncedBytes);
        cut.bytes += bytes;
      }
    }
    return cut;
  }

  private write(offset: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Math.round(value)));
    const file = openSync(this.file, 'r+');
    writeSync(file, bytes, 0, bytes.length, offset);
    closeSync(file);
  }

  private read(offset: number): number {
    const bytes = Buffer.alloc(8);
    const file = openSync(this.file, 'r');
    readSync(file, bytes, 0, bytes.length, offset);
    closeSync(file);
    return Number(bytes.readBigInt64LE());
  }
}
