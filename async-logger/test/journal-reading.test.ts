import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchOf, close, directory, files, journalOf, takeAll } from './journal-directory.js';

describe('what goes wrong while a journal is read', () => {
  test('a file that cannot be removed stays, and the next one is not taken for it', async () => {
    const dead = await journalOf('aa');
    await dead.append(1, batchOf('a'));
    await close(dead);
    const later = await journalOf('bb');
    await later.append(7, batchOf('b'));
    expect((await later.oldest())?.sender).toBe('aa');
    const [path = ''] = (await files()).filter((name) => name.startsWith('aa-'));
    await rm(join(directory, path));
    await mkdir(join(directory, path)); // no file, so it is not removed as one
    await later.removeOldest();
    expect(await takeAll(later)).toEqual(['bb 7']);
  });

  test('without a file descriptor left nothing is called damaged, and it is read the next time', async () => {
    const journal = await journalOf('aa');
    for (let n = 1; n <= 2; n++) await journal.append(n, batchOf('a'));
    await journal.oldest(); // closes the file that is written to
    await close(journal);
    const next = await journalOf('bb');
    const shell = spawn('sh', [], { stdio: ['pipe', 'pipe', 'inherit'] });
    const limit = async (descriptors: string) => {
      shell.stdin.write(`prlimit --pid ${process.pid} --nofile=${descriptors}: && echo done\n`);
      await once(shell.stdout, 'data');
    };
    const before = execFileSync('sh', ['-c', 'ulimit -Sn']).toString().trim();
    try {
      await limit('1');
      await expect(next.oldest()).rejects.toThrow('EMFILE');
    } finally {
      await limit(before);
      shell.kill();
    }
    expect(await takeAll(next)).toEqual(['aa 1', 'aa 2']);
    expect(await files()).toEqual([]);
  });

  test('what a neighbour leaves that ends later is found, once', async () => {
    const neighbour = await journalOf('aa');
    const journal = await journalOf('bb');
    await neighbour.append(1, batchOf('a'));
    await journal.adopt();
    expect(journal.empty).toBe(true); // it lives
    await close(neighbour);
    await journal.adopt();
    const { bytes } = journal;
    expect(bytes).toBeGreaterThan(0);
    await journal.adopt();
    expect(journal.bytes).toBe(bytes);
    expect(await takeAll(journal)).toEqual(['aa 1']);
  });
});
