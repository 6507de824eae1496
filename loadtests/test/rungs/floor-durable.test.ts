import { post } from '@hotpath/contract/conformance/client';
import { sighting } from '@hotpath/contract/conformance/sightings';
import { askRedis } from '@hotpath/loadtests/rig/redis-server';
import { type BreakableStage, openBreakableStage } from '@hotpath/loadtests/rig/stage';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterAll, beforeAll, expect, test } from 'vitest';

let stage: BreakableStage;

beforeAll(async () => {
  stage = await openBreakableStage('floor-durable', { name: 'floor-durable' });
});
afterAll(() => stage?.close());

test('those that arrive while a write is under way share the next one, and nothing of them is kept', async () => {
  const { service, redis } = stage;
  const frozenMs = 500;
  await askRedis(redis.url, (client) => client.client('PAUSE', frozenMs, 'WRITE'));
  const since = performance.now();
  const first = post(service.url, sighting());
  const held = async () => (await service.metrics()).get('hotpath_in_flight_events');
  await waitUntil(async () => (await held()) === 1, { withinMs: frozenMs, until: 'it waits' });
  const rest = Array.from({ length: 20 }, () => post(service.url, sighting()));
  const answers = await Promise.all([first, ...rest]);
  expect(performance.now() - since).toBeGreaterThanOrEqual(frozenMs - 1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await askRedis(redis.url, (client) => client.get('floor-durable'))).toBe('2');
  expect(await askRedis(redis.url, (client) => client.dbsize())).toBe(1);
});

test('without Redis there is no receipt', async () => {
  expect((await post(stage.service.url, sighting())).status).toBe(200);
  await stage.redis.process.kill('SIGKILL');
  expect((await post(stage.service.url, sighting())).status).toBe(503);
});
