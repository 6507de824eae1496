import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IngestedEvent } from '@hotpath/contract/event';
import { counterOf, gaugeOf } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { Logger } from '@nestjs/common';
import { NotCounted } from './batch-store.js';
import { diskTakes, isMissing, JournalFile, readJournalFile } from './journal-file.js';
import { JournalOwner } from './journal-owner.js';
import { packBatch } from './journal-record.js';
import * as limits from './limits.js';

/** A file that nobody writes to any more. */
interface ClosedFile {
  readonly path: string;
  readonly bytes: number;
}

/** What is left of a closed file: the texts of its batches, in the order of their numbers. */
export interface Replay {
  readonly sender: string;
  readonly batches: Buffer[];
  /** Of the batches that were unpacked. */
  readonly samples: Map<string, string>;
}

export interface JournalOptions {
  readonly directory: string;
  readonly sender: string;
  /** Over it batches are refused. */
  readonly bytesMax: number;
}

/**
 * Batches that wait on local disk for Redis.
 * Trade: one fdatasync a batch, and every event twice on disk before it is in MySQL.
 * Guarantee: append() resolves only after the fdatasync; a file goes only after Redis answered for each of
 * its batches; what cannot be read is kept aside and said loudly.
 * Bounds: bytesMax of all files but those kept aside.
 */
export class Journal {
  private readonly log = new Logger('journal');
  private readonly batches = counterOf(metrics.journalBatches);
  /** Oldest first; those of dead processes are found at the start. */
  private readonly closed: ClosedFile[] = [];
  private file: JournalFile | null = null;
  private appending: Promise<void> | null = null;
  private replaying: Replay | null = null;
  /** Why the file that is replayed must not be deleted. */
  private damage: string | null = null;
  private files = 0;
  /** Whether the last batch could be written, or the disk was no good. */
  writable = true;

  private constructor(
    private readonly options: JournalOptions,
    private readonly owner: JournalOwner,
  ) {
    gaugeOf(metrics.journalBytes, () => this.bytes);
    for (const result of ['kept', 'refused', 'replayed', 'repeated', 'torn', 'damaged'])
      this.batches.inc({ result }, 0);
  }

  /** @throws {Error} when the directory cannot be used */
  static async open(options: JournalOptions): Promise<Journal> {
    const { directory, sender } = options;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const journal = new Journal(options, await JournalOwner.open(directory, sender));
      await journal.adopt();
      return journal;
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(`JOURNAL_DIRECTORY cannot be used: ${message}`, { cause });
    }
  }

  /** On disk and not yet taken by Redis. */
  get bytes(): number {
    const closed = this.closed.reduce((sum, { bytes }) => sum + bytes, 0);
    return closed + (this.file?.bytes ?? 0);
  }

  get empty(): boolean {
    return this.bytes === 0 && !this.appending;
  }

  /** No room for another batch of usual size. */
  get full(): boolean {
    return this.bytes + limits.batchCharsMax > this.options.bytesMax;
  }

  /**
   * Resolves once the batch is on disk. One at a time.
   * @throws {NotCounted} when it is certainly not in the journal; anything else leaves it unknown
   */
  async append(
    sequence: number,
    batch: readonly { readonly event: IngestedEvent }[],
  ): Promise<void> {
    const appending = this.write(sequence, batch).finally(() => {
      this.appending = null;
    });
    this.appending = appending;
    try {
      await appending;
      this.writable = true;
    } catch (error) {
      this.writable = this.full; // a full one is not the disk's fault
      throw error;
    }
    this.batches.inc({ result: 'kept' });
  }

  /** Tries a disk that took no batch: who heeds readiness sends none by which it could show that it does again. */
  async probe(): Promise<void> {
    this.writable ||= await diskTakes(this.options.directory, limits.batchCharsMax);
  }

  private async write(...batch: Parameters<Journal['append']>): Promise<void> {
    if (this.file && this.file.bytes >= limits.journalFileBytesMax) await this.closeFile();
    this.file ??= await this.newFile();
    try {
      const record = packBatch(...batch, this.file.sampled);
      if (this.bytes + record.length > this.options.bytesMax) {
        throw new NotCounted('Redis does not take events now, and the journal is full.');
      }
      await this.file.append(record);
    } catch (error) {
      await this.closeFile(); // what it has is safe; the next batch, and its samples, go to another one
      throw error;
    }
  }

  private async newFile(): Promise<JournalFile> {
    const { directory, sender } = this.options;
    const name = `${sender}-${String(++this.files).padStart(9, '0')}.journal`;
    const path = join(directory, name);
    try {
      return await JournalFile.create(path, sender);
    } catch (cause) {
      await rm(path, { force: true });
      throw new NotCounted('The journal cannot be written.', { cause });
    }
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.file = null;
    if (!file.empty) this.closed.push(file);
    await file.close();
    if (file.empty) await rm(file.path, { force: true });
  }

  /**
   * The oldest file with its batches; the caller takes out those that Redis has. Null when there is none.
   * @throws {Error} when it cannot be read now, and may be later
   */
  async oldest(): Promise<Replay | null> {
    if (this.replaying) return this.replaying;
    // The one that is written to only when there is no other: or a Redis that refuses would, at every
    // try, leave a file behind.
    if (this.closed.length === 0) {
      while (this.appending !== null) await this.appending.catch(() => {});
      await this.closeFile();
    }
    const [file] = this.closed;
    if (file) this.replaying = await this.read(file.path);
    return this.replaying;
  }

  /** Of the file that oldest() gave: Redis has it whole. */
  async removeOldest(): Promise<void> {
    const { damage } = this;
    const file = this.closed.shift();
    // Before anything that can fail: the next file would be taken for this one, which has been sent.
    this.replaying = null;
    this.damage = null;
    if (!file) return;
    try {
      if (damage) await this.keepAside(file.path, damage);
      else await rm(file.path, { force: true }); // gone already where two have adopted it
    } catch (error) {
      // Redis has all of it: whoever replays it again gets told so, batch by batch.
      this.log.error(`${file.path} stays, as it cannot be removed: ${(error as Error).message}`);
    }
  }

  private async read(path: string): Promise<Replay> {
    try {
      const { sender, batches, torn, damagedBytes } = await readJournalFile(path);
      if (torn) this.batches.inc({ result: 'torn' });
      if (damagedBytes > 0) this.damage = `has ${damagedBytes} damaged bytes`;
      return { sender, batches: [...batches], samples: new Map() };
    } catch (error) {
      if (shortOf.test((error as NodeJS.ErrnoException).code ?? '')) throw error; // another time
      if (!isMissing(error)) this.damage = `cannot be read: ${(error as Error).message}`;
      return { sender: '', batches: [], samples: new Map() };
    }
  }

  private async keepAside(path: string, reason: string): Promise<void> {
    this.batches.inc({ result: 'damaged' });
    this.log.error(
      `Acknowledged events may be lost: ${path} ${reason}. It is kept as .damaged, for you to look at.`,
    );
    await rename(path, `${path}.damaged`).catch(ignoreMissing);
  }

  /** Files of processes that died, each sender's in order. */
  async adopt(): Promise<void> {
    const { directory, sender } = this.options;
    const names = (await readdir(directory)).filter((name) => /\.(journal|lock)$/.test(name));
    const owners = new Set(names.map((name) => name.split(/[-.]/)[0] ?? ''));
    for (const owner of owners) {
      if (owner === sender || (await this.owner.lives(owner))) continue;
      await this.owner.forget(owner);
      // Only now: until it died it may have begun another file.
      for (const name of (await readdir(directory)).sort()) {
        if (!name.startsWith(`${owner}-`) || !name.endsWith('.journal')) continue;
        const path = join(directory, name);
        if (this.closed.some((file) => file.path === path)) continue;
        const found = await stat(path).catch(ignoreMissing);
        if (!found) continue;
        if (Date.now() - found.mtimeMs > limits.sendersKeptDays * 86_400_000)
          await this.keepAside(path, 'is too old: what Redis has of it would count twice');
        else this.closed.push({ path, bytes: found.size });
      }
    }
  }

  /** What is not replayed stays for the next process with this directory. */
  async close(): Promise<void> {
    if (this.bytes > 0) {
      const left = `${this.bytes} B wait in ${this.options.directory}`;
      this.log.warn(`${left} for the next process that uses it.`);
    }
    await this.file?.close();
    await this.owner.close();
  }
}

/** What this process or the machine has too little of now: says nothing of the file. */
const shortOf = /^(EMFILE|ENFILE|ENOMEM|EAGAIN|EINTR)$/;

/** Two processes that start at once adopt the same files, and may: what they replay counts once. */
function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
