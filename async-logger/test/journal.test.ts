import { execFileSync } from 'node:child_process';
import { type FileHandle, open as openFile, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { NotCounted } from '../src/batch-store.js';
import { Journal } from '../src/journal.js';
import * as limits from '../src/limits.js';

import {
  batchOf,
  close,
  directory,
  event,
  files,
  journalOf,
  takeAll,
} from './journal-directory.js';

describe('a journal', () => {
  test('gives its batches back in order, files and space after them', async () => {
    const journal = await journalOf('aa');
    for (let n = 1; n <= 3; n++) await journal.append(n, batchOf('a', 'b'));
    expect(journal.empty).toBe(false);
    expect(await takeAll(journal)).toEqual(['aa 1', 'aa 2', 'aa 3']);
    expect([journal.bytes, await files()]).toEqual([0, []]);
  });

  describe('on a disk that is listened to', () => {
    let datasync: MockInstance<FileHandle['datasync']>;
    let sync: MockInstance<FileHandle['sync']>;

    beforeEach(async () => {
      const handle = await openFile(directory, 'r');
      const prototype: FileHandle = Object.getPrototypeOf(handle);
      await handle.close();
      datasync = vi.spyOn(prototype, 'datasync');
      sync = vi.spyOn(prototype, 'sync');
    });

    afterEach(() => {
      datasync.mockRestore();
      sync.mockRestore();
    });

    test('acknowledges a batch only after its fdatasync, the first after an fsync of the directory too', async () => {
      const journal = await journalOf('aa');
      for (const n of [1, 2]) {
        await journal.append(n, batchOf('a'));
        const done = [...sync.mock.settledResults, ...datasync.mock.settledResults];
        expect(done.map(({ type }) => type)).toEqual(Array(n + 1).fill('fulfilled'));
      }
      expect(datasync.mock.calls.length).toBe(2);
    });

    test('takes out what it wrote when the fdatasync fails, and only then calls it not counted', async () => {
      const journal = await journalOf('aa');
      await journal.append(1, batchOf('a'));
      datasync.mockRejectedValueOnce(new Error('EIO'));
      await expect(journal.append(2, batchOf('b'))).rejects.toThrow(NotCounted);
      datasync.mockRejectedValueOnce(new Error('EIO')).mockRejectedValueOnce(new Error('EIO'));
      await expect(journal.append(3, batchOf('c'))).rejects.toThrow('EIO');
      await journal.append(4, batchOf('d'));
      expect(await takeAll(journal)).toEqual(['aa 1', 'aa 4']);
    });
  });

  test('says by the name of the setting that its directory cannot be used', async () => {
    await writeFile(join(directory, 'file'), '');
    const opening = Journal.open({ directory: join(directory, 'file'), sender: 'aa', bytesMax: 1 });
    await expect(opening).rejects.toThrow('JOURNAL_DIRECTORY cannot be used: ');
  });

  test('goes on in another file when one is long, so that space comes back in steps', async () => {
    const journal = await journalOf('aa');
    const long = [{ event: event('long', { stackTrace: 'x'.repeat(65_536) }) }];
    const many = (n: number) =>
      Array.from({ length: 16 }, (_, i) => ({
        event: event(`long ${'y'.repeat(n)} ${'x'.repeat(i + 1)}`, {
          stackTrace: 'x'.repeat(65_536),
        }),
      }));
    for (let n = 1; n <= 5; n++) await journal.append(n, many(n));
    await journal.append(6, long);
    expect((await files()).length).toBe(2);
    const before = journal.bytes;
    await journal.oldest();
    await journal.removeOldest();
    expect(journal.bytes).toBeLessThan(before - limits.journalFileBytesMax);
    expect((await takeAll(journal)).at(-1)).toBe('aa 6');
  });

  test('leaves a live process its files, and takes those of a dead one before its own', async () => {
    const dead = await journalOf('bb');
    const live = await journalOf('cc');
    await dead.append(1, batchOf('a'));
    await dead.append(2, batchOf('b'));
    await live.append(1, batchOf('c'));
    await close(dead);
    const next = await journalOf('aa');
    await next.append(1, batchOf('d'));
    expect(await takeAll(next)).toEqual(['bb 1', 'bb 2', 'aa 1']);
    expect(await takeAll(live)).toEqual(['cc 1']);
    expect(await files()).toEqual([]);
  });

  test('of a dead process that two adopt at once goes to both, and neither minds', async () => {
    const dead = await journalOf('bb');
    await dead.append(1, batchOf('a'));
    await close(dead);
    const [one, two] = await Promise.all([journalOf('cc'), journalOf('dd')]);
    expect(await takeAll(one)).toEqual(['bb 1']);
    expect(await takeAll(two)).toEqual([]);
  });

  test('keeps a damaged file aside and gives back the rest of it', async () => {
    const dead = await journalOf('bb');
    for (const [i, name] of ['a', 'b', 'c'].entries()) await dead.append(i + 1, batchOf(name));
    await close(dead);
    const [name = ''] = await files();
    const bytes = await readFile(join(directory, name));
    bytes.writeUInt8(bytes.readUInt8(bytes.length / 2) ^ 1, bytes.length / 2);
    await writeFile(join(directory, name), bytes);
    await writeFile(join(directory, 'ee-000000001.journal'), 'something else\n');
    await writeFile(join(directory, 'ff-000000001.journal'), 'hotpath-jour');
    expect(await takeAll(await journalOf('aa'))).toEqual(['bb 1', 'bb 3']);
    const kept = await readFile(join(directory, `${name}.damaged`));
    expect([kept.equals(bytes), await files()]).toEqual([
      true,
      [`${name}.damaged`, 'ee-000000001.journal.damaged'],
    ]);
  });

  test('older than Redis remembers senders is kept aside, not replayed', async () => {
    const dead = await journalOf('bb');
    await dead.append(1, batchOf('a'));
    await close(dead);
    const [name = ''] = await files();
    const old = Date.now() / 1_000 - (limits.sendersKeptDays + 1) * 86_400;
    await utimes(join(directory, name), old, old);
    expect(await takeAll(await journalOf('aa'))).toEqual([]);
    expect(await files()).toEqual([`${name}.damaged`]);
  });

  test('refuses at its bound, whole, and takes batches again when space came back', async () => {
    const bytesMax = 10_000;
    const journal = await journalOf('aa', bytesMax);
    let [n, kept] = [0, 0];
    const fill = async () => {
      for (;;) await journal.append(++n, batchOf('a', 'b', 'c'));
    };
    for (let refused = 0; refused < 3; refused++) {
      await expect(fill()).rejects.toThrow(NotCounted);
      if (refused === 0) kept = n - 1;
    }
    expect((await files()).length).toBe(1);
    expect(journal.bytes).toBeLessThanOrEqual(bytesMax);
    expect(journal.full).toBe(true);
    expect((await takeAll(journal)).length).toBe(kept);
    await journal.append(++n, batchOf('a'));
    expect(await takeAll(journal)).toEqual([`aa ${n}`]);
  });

  test('of a disk that takes no more refuses for certain, and keeps what it has', async () => {
    const journal = await journalOf('aa');
    await journal.append(1, batchOf('a'));
    // What the kernel does at a full disk, without one: no file of this process may grow over 4 KiB.
    const limit = (bytes: string) =>
      execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`]);
    limit('4096');
    try {
      const long = [{ event: event('long', { stackTrace: 'x'.repeat(8_192) }) }];
      for (const n of [2, 3]) await expect(journal.append(n, long)).rejects.toThrow(NotCounted);
      await journal.probe();
      expect(journal.writable).toBe(false);
      await journal.append(4, batchOf('b'));
      await expect(journal.append(4, long)).rejects.toThrow(NotCounted);
    } finally {
      limit('unlimited');
    }
    await journal.probe();
    expect(journal.writable).toBe(true);
    await journal.append(5, batchOf('c'));
    expect(await takeAll(journal)).toEqual(['aa 1', 'aa 4', 'aa 5']);
  });

  test('that is asked while a batch is being written waits for that batch', async () => {
    const journal = await journalOf('aa');
    const appending = journal.append(1, batchOf('a'));
    expect(journal.empty).toBe(false);
    expect(await takeAll(journal)).toEqual(['aa 1']);
    await appending;
  });
});
