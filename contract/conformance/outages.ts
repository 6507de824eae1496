import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { outageName, outages as outageRows } from '@hotpath/contract/outage-rows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acknowledged, ask, listPath, post, problemOf, summary } from './client.ts';
import type { ArmUnderTest } from './conformance.ts';
import { draining } from './draining.ts';
import { storedCounts } from './row-lock.store.ts';
import type { BreakableStage, StoreName } from './service.ts';
import { type Sighting, sighting, sightings } from './sightings.ts';
import { waitMsMax, waitUntil } from './wait-until.ts';

export const drainMsMax = 1_500;
const recoveryMsMax = 15_000;

/** Processes and servers that stop, freeze or die. Each test leaves everything running. */
export function outages(arm: ArmUnderTest): void {
  const { neededStore } = arm.promises;
  const stores: readonly StoreName[] = ['mysql', 'redis'];

  describe('on servers of its own', () => {
    let opened: BreakableStage;
    const stage = () => opened;
    beforeAll(async () => {
      const env = { ...arm.env, DRAIN_MS_MAX: String(drainMsMax) };
      opened = await arm.openBreakableStage({ name: 'outages', env });
    });
    afterAll(() => opened?.close());

    draining(stage, neededStore ?? 'redis', neededStore !== null);
    survivesKillOfAll(stage);
    if (neededStore) needs(stage, neededStore);
    for (const store of stores.filter((name) => name !== neededStore)) {
      doesWithout(stage, store);
      if (!neededStore) readsNeed(stage, store);
    }
  });
}

async function countsOf(stage: BreakableStage, events: readonly Sighting[]): Promise<number[]> {
  await stage.service.drained({ withinMs: recoveryMsMax });
  const counts = await storedCounts(stage.databaseUrl);
  return events.map((event) => counts.get(fingerprintV1(event)) ?? 0);
}

const readiness = (stage: BreakableStage) => ask(stage.service.url, { path: '/health/ready' });

const ready = (stage: BreakableStage) =>
  waitUntil(
    'it is ready again',
    async () => (await readiness(stage)).status === 200,
    recoveryMsMax,
  );

function survivesKillOfAll(stage: () => BreakableStage): void {
  test(outageName(outageRows.async.allKilled), async () => {
    const { service, mysql, redis } = stage();
    const events = sightings(60);
    await Promise.all(events.map((event) => acknowledged(service.url, event)));
    const victims = [service.api, service.worker, mysql, redis];
    await Promise.all(victims.map((victim) => victim?.kill('SIGKILL')));
    await Promise.all([mysql.restart(), redis.restart()]);
    if (service.worker) await service.restart('worker');
    await service.restart('api');
    expect(await countsOf(stage(), events)).toEqual(events.map(() => 1));
    expect((await summary(service.url)).backlogEvents).toBe(0);
  });
}

function needs(stage: () => BreakableStage, store: StoreName): void {
  test(`without ${store} every event is refused with 503, and counted again when it is back`, async () => {
    const { service } = stage();
    const [before, during, after] = [sightings(5), sightings(20), sightings(5)];
    for (const event of before) await acknowledged(service.url, event);
    await stage()[store].kill('SIGKILL');

    const answers = [];
    for (const event of during) answers.push(await post(service.url, event));
    for (const answer of answers) {
      expect([answer.status, answer.headers['retry-after']], answer.text).toEqual([503, '1']);
      expect(problemOf(answer)).toMatchObject({ code: 'HP_STORE_UNAVAILABLE', retryable: true });
    }
    const unready = await readiness(stage());
    expect([unready.status, problemOf(unready).code]).toEqual([503, 'HP_STORE_UNAVAILABLE']);
    expect(problemOf(unready).detail.toLowerCase()).toContain(store);
    expect((await ask(service.url, { path: '/health/live' })).status).toBe(200);

    await stage()[store].restart();
    await ready(stage());
    for (const event of after) await acknowledged(service.url, event);
    expect(await countsOf(stage(), before)).toEqual(before.map(() => 1));
    expect(await countsOf(stage(), during)).toEqual(during.map(() => 0));
    expect(await countsOf(stage(), after)).toEqual(after.map(() => 1));
  });
}

function doesWithout(stage: () => BreakableStage, store: StoreName): void {
  test(`without ${store} every event is acknowledged, and counted exactly when it is back`, async () => {
    const { service } = stage();
    const [before, during] = [sightings(5), sightings(20)];
    for (const event of before) await acknowledged(service.url, event);
    await stage()[store].kill('SIGKILL');

    expect((await readiness(stage())).status).toBe(200);
    for (const event of [...during, ...during, ...before]) await acknowledged(service.url, event);

    await stage()[store].restart();
    expect(await countsOf(stage(), during)).toEqual(during.map(() => 2));
    expect(await countsOf(stage(), before)).toEqual(before.map(() => 2));
  });
}

/** Of an arm that goes on acknowledging: what it acknowledges no read could count, so reads say so. */
function readsNeed(stage: () => BreakableStage, store: StoreName): void {
  test(`reads without ${store} are refused with 503, then answered with all that was acknowledged`, async () => {
    const { service } = stage();
    const event = sighting();
    await acknowledged(service.url, event);
    await service.drained({ withinMs: waitMsMax });
    const { events } = await summary(service.url);
    await stage()[store].kill('SIGKILL');
    await acknowledged(service.url, event);
    const fingerprint = fingerprintV1(event);
    for (const path of [listPath, `${listPath}/summary`, `${listPath}/${fingerprint}`]) {
      const answer = await ask(service.url, { path });
      expect([path, answer.status, problemOf(answer).code]).toEqual([
        path,
        503,
        'HP_STORE_UNAVAILABLE',
      ]);
    }
    await stage()[store].restart();
    const counted = async () => (await summary(service.url)).events === events + 1;
    await waitUntil('reads are answered', counted, recoveryMsMax);
  });
}
