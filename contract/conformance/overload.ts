import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { batchEventsMax } from '@hotpath/contract/limits';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, acknowledged, post, postBatch, problemOf } from './client.ts';
import type { ArmUnderTest } from './conformance.ts';
import { difference, outcomeCounts } from './operations.ts';
import { RowLock, storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { type Sighting, sighting, sightings, word } from './sightings.ts';
import { waitMsMax, waitUntil } from './wait-until.ts';

/** More than the store takes: an arm sheds at its bound, or lets everybody wait. */
export function overload(arm: ArmUnderTest): void {
  const bound = arm.promises.inFlightBound;
  describe('under overload', () => {
    let stage: Stage;
    beforeAll(async () => {
      const env = { ...arm.env, ...(bound?.env ?? { POOL_SIZE: '1' }) };
      stage = await arm.openStage({ name: 'overload', env });
    });
    afterAll(() => stage?.close());

    if (bound) sheds(() => stage, bound.events);
    else queues(() => stage);
  });
}

const burstEvents = 300;
/** From the first byte to the last answer of a burst; far above what shedding takes. */
const shedMsMax = 3_000;

function sheds(stage: () => Stage, boundEvents: number): void {
  /** Posts bursts until one was too much. */
  const untilShed = (): Promise<{ events: Sighting[]; answers: Answer[] }> =>
    waitUntil('a burst is too much', async () => {
      const events = Array.from({ length: burstEvents }, () => sighting({ eventId: word() }));
      const answers = await Promise.all(events.map((event) => post(stage().service.url, event)));
      return answers.some(({ status }) => status !== 200) && { events, answers };
    });

  test('it sheds with 503 and Retry-After over its bound, within the time of an answer', async () => {
    const { answers } = await untilShed();
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(problemOf(answer)).toMatchObject({ code: 'HP_OVERLOADED', retryable: true });
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(shedMsMax);
  });

  test('nothing shed is stored, and its retry counts once', async () => {
    const { events, answers } = await untilShed();
    await stage().service.drained({ withinMs: waitMsMax });
    const counts = await storedCounts(stage().databaseUrl);
    expect(events.map((event) => counts.get(fingerprintV1(event)) ?? 0)).toEqual(
      answers.map(({ status }) => (status === 200 ? 1 : 0)),
    );
    const shed = events.find((_event, i) => answers[i]?.status === 503) as Sighting;
    const { status, fingerprint } = await acknowledged(stage().service.url, shed);
    expect(status).not.toBe('duplicate');
    await stage().service.drained({ withinMs: waitMsMax });
    expect((await storedCounts(stage().databaseUrl)).get(fingerprint)).toBe(1);
  });

  test('a batch over the bound is shed whole, each of its events counted as shed', async () => {
    expect(batchEventsMax).toBeGreaterThan(boundEvents);
    const before = await outcomeCounts(stage());
    const answer = await postBatch(stage().service.url, sightings(batchEventsMax));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    const { shed, counted } = difference(await outcomeCounts(stage()), before);
    expect({ shed, counted }).toEqual({ shed: batchEventsMax, counted: 0 });
    await acknowledged(stage().service.url, sighting());
  });
}

/** The failure of an arm that promises no bound, made to happen. */
function queues(stage: () => Stage): void {
  const burst = async (size: number) => {
    const answers = await Promise.all(
      sightings(size).map((event) => post(stage().service.url, event)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    return Math.max(...answers.map(({ ms }) => ms));
  };

  test('nobody is shed: all who come wait for the one connection', async () => {
    const event = sighting();
    const { fingerprint } = await acknowledged(stage().service.url, event);
    const lock = await RowLock.hold(stage().databaseUrl, fingerprint);
    const waiting = 200;
    const posts = Array.from({ length: waiting + 1 }, () => post(stage().service.url, event));
    try {
      await waitUntil('all but one wait for a connection', async () => {
        const metrics = await stage().service.metrics();
        return metrics.get('hotpath_pool_pending_requests') === waiting;
      });
    } finally {
      await lock.release();
    }
    const answers = await Promise.all(posts);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('the slowest answer grows with the number of those who came at once', async () => {
    await burst(20);
    const [few, many] = [await burst(20), await burst(400)];
    expect(many).toBeGreaterThan(3 * few);
  });
}
