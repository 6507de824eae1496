/** Journals in a directory of the test's own, which is made before each test and gone after it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Journal, type Replay } from '../src/journal.js';
import { unpackBatch } from '../src/journal-record.js';

export let directory: string;
const open: Journal[] = [];

beforeAll(() => Logger.overrideLogger(false)); // what is kept aside is said, here all the time

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), `hotpath-journal-${'deep'.repeat(30)}-`));
});

afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  expect((await readdir(directory)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  await rm(directory, { recursive: true });
});

export async function journalOf(sender: string, bytesMax = 64 * 1_048_576): Promise<Journal> {
  const journal = await Journal.open({ directory, sender, bytesMax });
  open.push(journal);
  return journal;
}

export async function close(journal: Journal): Promise<void> {
  open.splice(open.indexOf(journal), 1);
  await journal.close();
}

export const event = (message: string, more: object = {}): IngestedEvent =>
  parseEvent({ message, ...more }, 1_800_000_000_000);
export const batchOf = (...messages: string[]) =>
  messages.map((message) => ({ event: event(message, { eventId: `id-${message}` }) }));

/** Sender and number of all that a journal holds, which is then empty. */
export async function takeAll(journal: Journal): Promise<string[]> {
  const taken: string[] = [];
  while (!journal.empty) {
    const { sender, batches, samples } = (await journal.oldest()) as Replay;
    taken.push(...batches.map((text) => `${sender} ${unpackBatch(text, samples).sequence}`));
    await journal.removeOldest();
  }
  return taken;
}

export const files = async () =>
  (await readdir(directory)).filter((name) => !name.endsWith('.lock'));
