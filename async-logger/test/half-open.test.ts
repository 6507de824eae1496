import { setTimeout as sleep } from 'node:timers/promises';
import { acknowledged } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { sightings } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { parseEvent } from '@hotpath/contract/event';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { outageName, outages } from '@hotpath/contract/outage-rows';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { Link } from '@hotpath/loadtests/rig/link';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { NotCounted } from '../src/batch-store.js';
import { CounterStore, failFast } from '../src/counter.store.js';
import { redisProbeMsMax, redisSilenceMsMax, workerSilenceMsMax } from '../src/limits.js';
import { redisClient } from '../src/redis-client.module.js';

const graceMs = 3_000;
let dir: RigDirectory;
let stores: OwnStores;
let link: Link;
let linkUrl: string;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('half-open');
  stores = await takeStores(inject('stores'), 'half-open');
  link = await Link.open(dir, () => Number(new URL(stores.redisUrl).port));
  linkUrl = link.urlOf(stores.redisUrl);
});

afterAll(() => dir?.close());

test(outageName(outages.async.redisSilent), async () => {
  const { mysql, database, databaseUrl } = stores;
  const env = { SYNC_INTERVAL_MS: '100' };
  const service: Arm = await startArm('async', {
    ...{ dir, mysql, redis: { url: linkUrl }, database, env },
  });
  const mode = async (name: string) =>
    (await service.metrics()).get(`hotpath_mode{mode="${name}"}`) === 1;
  const events = sightings(20);
  for (const event of events) await acknowledged(service.url, event);

  link.forget();
  for (const event of events) await acknowledged(service.url, event);
  expect(await mode('degraded')).toBe(true);
  const startedAt = performance.now();
  await waitUntil('it is normal again', () => mode('normal'));
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeLessThan(redisSilenceMsMax + 2 * redisProbeMsMax + graceMs);

  await service.drained({ withinMs: workerSilenceMsMax + 2 * graceMs });
  const counts = await storedCounts(databaseUrl);
  expect(events.map((event) => counts.get(fingerprintV1(event)))).toEqual(events.map(() => 2));
  await service.worker?.kill('SIGKILL'); // its connection for jobs is dead for as long as one may wait for a job
});

test('a batch whose connection was closed under it may be counted: it is not taken for never sent', async () => {
  const client = new Redis(linkUrl, failFast);
  await waitUntil('Redis is there', () => client.status === 'ready');
  link.forget();
  const event = parseEvent({ message: 'on its way' }, Date.now());
  const sent = new CounterStore(client).countBatch(1, [{ event, sample: '' }]);
  client.disconnect();
  const error = await sent.catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ message: expect.stringContaining('Connection is closed') });
  expect(error).not.toBeInstanceOf(NotCounted);
});

test('what a closed connection has not answered does not end the next one', async () => {
  const client = await redisClient(linkUrl, 'ingest');
  let closed = 0;
  client.on('close', () => {
    closed++;
  });
  link.forget();
  const unanswered = client.ping().catch(() => 'unanswered');
  client.stream.destroy();
  expect(await unanswered).toBe('unanswered');
  await waitUntil('Redis is there again', () => client.status === 'ready');
  await sleep(redisSilenceMsMax + redisProbeMsMax);
  expect(closed).toBe(1);
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
});
