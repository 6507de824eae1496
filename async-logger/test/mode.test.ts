import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvent } from '@hotpath/contract/event';
import { Projects } from '@hotpath/contract/projects';
import { TokenBuckets } from '@hotpath/contract/token-buckets';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { expect, test } from 'vitest';
import { type Counting, NotCounted } from '../src/batch-store.js';
import { CounterStore } from '../src/counter.store.js';
import { drainReplayMsMax, replaysPerBatch } from '../src/limits.js';
import { lostSampleMessage, packSample } from '../src/sample.js';

import {
  admin,
  batch,
  event,
  journals,
  normal,
  open,
  recoveryMsMax,
  redis,
  refuse,
  started,
} from './mode-switches.js';

test('a journal that was replayed in part is replayed whole by the next process, and counts once', async () => {
  const first = await started();
  await refuse(true);
  for (let n = 1; n <= 5; n++) await first.modes.countBatch(n, batch('kept'));
  expect(first.modes.mode).toBe('degraded');
  await open.pop()?.modes.close();
  await refuse(false);

  const second = new CounterStore(admin);
  const { sender } = first.counters;
  const sample = packSample(event('kept'));
  for (let n = 1; n <= 3; n++) {
    await second.countBatch(n, [{ event: event('kept'), sample }], sender);
  }
  const third = await started();
  expect(third.modes.mode).toBe('normal');
  expect(await third.counters.backlogEvents()).toBe(5);
});

test('while the journal is replayed new batches follow it, and are too few to keep it going', async () => {
  const kept = 300;
  const { modes, counters, announced } = await started();
  await refuse(true);
  let sequence = 0;
  while (sequence < kept) await modes.countBatch(++sequence, batch('kept'));
  await refuse(false);
  let during = 0;
  while (modes.mode !== 'normal') {
    await modes.countBatch(++sequence, batch('new'));
    if (modes.mode === 'recovering') during++;
  }
  for (let n = 0; n < 3; n++) await modes.countBatch(++sequence, batch('new'));
  expect(await counters.backlogEvents()).toBe(sequence);
  expect(during).toBeGreaterThan(10);
  expect(during).toBeLessThanOrEqual(sequence / replaysPerBatch);
  expect(announced.length).toBe(2);
});

test('Redis goes after another process has left a journal: batches are kept, and nobody hangs', async () => {
  const [idle, leaving] = [await started(), await started()];
  await refuse(true);
  await leaving.modes.countBatch(1, batch('left'));
  await open.pop()?.modes.close();
  await refuse(false);
  await redis.kill('SIGSTOP');
  try {
    await idle.modes.adopt();
    expect(idle.modes.mode).toBe('recovering');
    expect(await idle.modes.countBatch(1, batch('met by a frozen Redis'))).toBe('1');
    expect(idle.modes.mode).toBe('degraded');
  } finally {
    await redis.kill('SIGCONT');
  }
  await normal(idle.modes);
  expect(await idle.counters.backlogEvents()).toBe(2);
});

test('a batch whose sample is damaged in the journal is counted all the same', async () => {
  const first = await started();
  await refuse(true);
  for (let n = 1; n <= 2; n++) await first.modes.countBatch(n, batch('kept'));
  await open.pop()?.modes.close();
  const [name = ''] = (await readdir(journals())).filter((file) => file.endsWith('.journal'));
  const bytes = await readFile(join(journals(), name));
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100); // in the first record
  await writeFile(join(journals(), name), bytes);
  await refuse(false);

  const { counters, modes } = await started();
  expect(modes.mode).toBe('normal');
  expect(await counters.backlogEvents()).toBe(1);
  const [sample] = await counters.samples([event('kept').fingerprint]);
  expect(sample?.message).toBe(lostSampleMessage);
});

test('a process that ends while it replays keeps to its time, and loses nothing', async () => {
  const kept = 6_000;
  const first = await started();
  await refuse(true);
  for (let n = 1; n <= kept; n++) await first.modes.countBatch(n, batch('kept'));
  await refuse(false);
  await waitUntil(() => first.modes.mode === 'recovering', {
    ...{ withinMs: recoveryMsMax, everyMs: 1, until: 'it replays' },
  });
  const startedAt = performance.now();
  await open.pop()?.modes.close();
  expect(performance.now() - startedAt).toBeLessThan(drainReplayMsMax + 500);
  expect(await first.counters.backlogEvents()).toBeLessThan(kept);

  const next = await started();
  await normal(next.modes);
  expect(await next.counters.backlogEvents()).toBe(kept);
});

test('without Redis and without a disk it is degraded, says so, and takes events again', async () => {
  const { modes, counters } = await started();
  await rm(journals(), { recursive: true });
  await refuse(true);
  await expect(modes.countBatch(1, batch('lost'))).rejects.toThrow(NotCounted);
  expect([modes.mode, modes.refusing]).toEqual(['degraded', true]);
  await refuse(false);
  await normal(modes);
  expect(modes.refusing).toBe(false);
  const outcomes = await modes.countBatch(2, [
    { event: event('new'), sample: packSample(event('new')) },
  ]);
  expect(outcomes).toBe('2');
  expect(await counters.backlogEvents()).toBe(1);
});

test('without Redis it is ready again once the disk is, before any event has come', async () => {
  const { modes } = await started();
  await rm(journals(), { recursive: true });
  await redis.kill('SIGSTOP');
  try {
    await expect(modes.countBatch(1, batch('lost'))).rejects.toThrow();
    expect(modes.refusing).toBe(true);
    await mkdir(journals());
    await waitUntil(() => !modes.refusing, {
      ...{ withinMs: recoveryMsMax, everyMs: 20, until: 'the disk was tried' },
    });
    expect(modes.mode).toBe('degraded');
    expect(await readdir(journals())).toEqual([]);
  } finally {
    await redis.kill('SIGCONT');
  }
  await normal(modes);
});

test('what a neighbour leaves that ends while Redis is out is counted by whoever is left', async () => {
  const [first, second] = [await started(), await started()];
  await refuse(true);
  await first.modes.countBatch(1, batch('left'));
  open.splice(0, 1);
  await first.modes.close();
  await refuse(false);
  await second.modes.adopt();
  await normal(second.modes);
  expect(await second.counters.backlogEvents()).toBe(1);
});

const rated = new Projects([
  {
    ...{ name: 'slow', ingestKeys: [], readTokens: [], eventsPerSecond: 0.01, burst: 4 },
  },
]);
const ofSlow = (message: string): Counting => ({
  event: parseEvent({ message }, Date.now(), undefined, 'slow'),
  sample: '',
});

test('while degraded it gives its part of a rate, and counts all that it took', async () => {
  const { counters, modes } = await started(new TokenBuckets(rated, 2));
  await refuse(true);
  // Redis was asked to count this one and may have, so nothing of it is refused.
  const discovering = Array.from({ length: 3 }, () => ofSlow('a'));
  expect(await modes.countBatch(1, discovering)).toBe('111');
  const next = [...Array.from({ length: 3 }, () => ofSlow('a')), ...batch('other')];
  expect(await modes.countBatch(2, next)).toBe('11L1 slow=200');
  expect(await modes.countBatch(3, [ofSlow('a')])).toBe('L slow=200');
  await refuse(false);
  await normal(modes);
  expect(await counters.backlogEvents()).toBe(6);
});

test('what Redis refused for its rate and the journal then took is counted', async () => {
  const { counters, modes } = await started(new TokenBuckets(rated, 1), rated);
  const sampled = Array.from({ length: 6 }, () => ({ ...ofSlow('a') })).map(({ event }) => ({
    ...{ event, sample: packSample(event) },
  }));
  // As if the answer to this had got lost on its way.
  expect(await counters.countBatch(1, sampled)).toMatch(/^2111LL /);
  await refuse(true);
  expect(await modes.countBatch(1, sampled)).toBe('111111');
  await refuse(false);
  await normal(modes);
  expect(await counters.backlogEvents()).toBe(6);
});

test('a batch that Redis has counted in part is refused nothing when it comes again', async () => {
  const { counters, modes } = await started(new TokenBuckets(rated, 4), rated);
  const [first, second] = [ofSlow('a'), ofSlow('b')];
  const sampled = ({ event }: Counting) => ({ event, sample: packSample(event) });
  expect(await modes.countBatch(1, [sampled(first), second])).toBe('2S');
  modes.mode = 'degraded'; // between the two, by another batch
  expect(await modes.countBatch(1, [first, second].map(sampled))).toBe('11');
  modes.mode = 'normal';
  await modes.adopt();
  await normal(modes);
  expect(await counters.backlogEvents()).toBe(2);
});
