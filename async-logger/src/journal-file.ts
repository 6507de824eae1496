/** One file of the journal: its process appends to it; whoever replays it reads it whole. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotCounted } from './batch-store.js';
import { type Records, readRecords } from './journal-record.js';

/** The first line: the version of everything below it, and the sender. */
const version = 'hotpath-journal 1 ';
const headPattern = /^hotpath-journal 1 ([\w-]+)\n/;
const headBytesMax = 100;

export class JournalFile {
  /** Issues whose sample is in it. */
  readonly sampled = new Set<string>();
  /** No batch was acknowledged from it. */
  empty = true;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    public bytes: number,
  ) {}

  /** @throws {Error} when the disk takes no file; an empty one may be left, which says nothing */
  static async create(path: string, sender: string): Promise<JournalFile> {
    const handle = await open(path, 'wx', 0o600);
    try {
      const head = Buffer.from(`${version}${sender}\n`);
      await writeAll(handle, head, 0);
      await syncDirectory(dirname(path)); // else a power cut may take the file with what is synced in it
      return new JournalFile(path, handle, head.length);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Resolves once the record is on disk. After a failure the file takes no more.
   * @throws {NotCounted} when the record is certainly not in the file; anything else leaves it unknown
   */
  async append(record: Buffer): Promise<void> {
    try {
      await writeAll(this.handle, record, this.bytes);
      await this.handle.datasync();
    } catch (cause) {
      await this.handle.truncate(this.bytes);
      await this.handle.datasync();
      throw new NotCounted('The journal cannot be written.', { cause });
    }
    this.bytes += record.length;
    this.empty = false;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

export interface JournalContent extends Records {
  readonly sender: string;
}

/** @throws {Error} when it cannot be read, or is no journal file of this version */
export async function readJournalFile(path: string): Promise<JournalContent> {
  const bytes = await readFile(path);
  const text = bytes.toString('latin1', 0, headBytesMax);
  const [head, sender] = headPattern.exec(text) ?? [];
  if (head && sender) return { sender, ...readRecords(bytes.subarray(head.length)) };
  // Died while it made the file: nothing was acknowledged from it.
  const begun = version.startsWith(text.slice(0, version.length)) && !text.includes('\n');
  if (begun) return { sender: '', batches: [], torn: true, damagedBytes: 0 };
  throw new Error('is no journal file of version 1');
}

export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    done += (await handle.write(bytes, done, left, position + done)).bytesWritten;
  }
}

/** Whether so many bytes can be written and synced in a directory now. */
export async function diskTakes(directory: string, bytes: number): Promise<boolean> {
  const path = join(directory, `${randomUUID()}.probe`);
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await rm(path); // it goes with the handle, or with this process
      await writeAll(handle, Buffer.alloc(bytes), 0);
      await handle.sync();
      return true;
    } finally {
      await handle.close();
    }
  } catch {
    return false; // for the same reason as the batch that was refused, which has been said
  }
}

export const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
