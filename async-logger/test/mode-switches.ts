/** Mode switches as API processes have them, on one Redis and one journal directory, which all go after the test. */
import { join } from 'node:path';
import { type IngestedEvent, parseEvent } from '@hotpath/contract/event';
import type { Projects } from '@hotpath/contract/projects';
import type { TokenBuckets } from '@hotpath/contract/token-buckets';
import { type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Counting } from '../src/batch-store.js';
import { CounterStore, failFast } from '../src/counter.store.js';
import { Journal } from '../src/journal.js';
import { ModeSwitch } from '../src/mode.js';

export const recoveryMsMax = 20_000;
let dir: RigDirectory;
export let redis: RedisServer;
export let admin: Redis;
export const open: { modes: ModeSwitch; client: Redis }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  dir = await openTemporaryRigDirectory('mode');
  redis = await startRedis(dir);
  admin = new Redis(redis.url);
});

beforeEach(() => redis.flush());

afterEach(async () => {
  for (const { modes, client } of open.splice(0)) {
    await modes.close();
    client.disconnect();
  }
});

afterAll(async () => {
  admin?.disconnect();
  await dir?.close();
});

export const journals = () => join(dir.path, 'journal');

/** What one API process has of this, on a journal directory that all of them share. */
export async function started(buckets?: TokenBuckets, projects?: Projects) {
  const client = new Redis(redis.url, failFast);
  await waitUntil(() => client.status === 'ready', {
    ...{ withinMs: recoveryMsMax, everyMs: 5, until: 'Redis is there' },
  });
  const counters = new CounterStore(client, projects);
  const { sender } = counters;
  const journal = await Journal.open({ directory: journals(), sender, bytesMax: 64 * 1_048_576 });
  const announced: string[] = [];
  const modes = new ModeSwitch(counters, journal, (seen) => announced.push(...seen), buckets);
  open.push({ modes, client });
  await modes.start();
  return { counters, modes, announced };
}

export const event = (message: string): IngestedEvent => parseEvent({ message }, Date.now());
export const batch = (message: string): Counting[] => [{ event: event(message), sample: '' }];

/** A Redis that refuses is the one that can be turned on and off at once. */
export const refuse = (refused: boolean) => admin.config('SET', 'maxmemory', refused ? '1' : '0');

export const normal = (modes: ModeSwitch) =>
  waitUntil(() => modes.mode === 'normal', {
    ...{ withinMs: recoveryMsMax, everyMs: 20, until: 'Redis has the whole journal' },
  });
