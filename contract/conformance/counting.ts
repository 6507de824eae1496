import { describe, expect, test } from 'vitest';
import { acknowledged, find, post, postBatch, receiptOf, receiptsOf } from './client.ts';
import type { Promises } from './conformance.ts';
import { storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { sighting, sightings, word } from './sightings.ts';
import { waitMsMax } from './wait-until.ts';

/** What an acknowledgement is worth: durable, counted, and a retry told apart from a repetition. */
export function counting(stage: () => Stage, promises: Promises): void {
  const post200 = (event: unknown) => acknowledged(stage().service.url, event);
  const stored = async (fingerprint: string) => {
    await stage().service.drained({ withinMs: waitMsMax });
    return (await storedCounts(stage().databaseUrl)).get(fingerprint);
  };

  describe('2xx means durable', () => {
    test('every acknowledged event is counted after kill -9 of all processes, twice', async () => {
      const { service, databaseUrl } = stage();
      for (let round = 1; round <= 2; round++) {
        const repeated = sighting();
        // Of one issue one after another, as not every arm counts exactly; all issues at once.
        const inOrder = async () => {
          for (let i = 0; i < 5; i++) await post200(repeated);
        };
        const [receipts] = await Promise.all([
          Promise.all(sightings(40).map((event) => post200(event))),
          inOrder(),
        ]);
        await Promise.all([service.api.kill('SIGKILL'), service.worker?.kill('SIGKILL')]);
        if (service.worker) await service.restart('worker');
        await service.restart('api');
        await service.drained({ withinMs: waitMsMax });
        const counts = await storedCounts(databaseUrl);
        expect(receipts.map(({ fingerprint }) => counts.get(fingerprint))).toEqual(
          receipts.map(() => 1),
        );
        expect(await stored((await post200(repeated)).fingerprint)).toBe(6);
      }
    });
  });

  describe('counts', () => {
    test('events one after another are all counted, with one issue made', async () => {
      const event = sighting({ stackTrace: 'Error: x\n    at f (/app/a.js:1:2)' });
      const receipts = [];
      for (let i = 0; i < 7; i++) receipts.push(await post200(event));
      expect(new Set(receipts.map((receipt) => receipt.status))).toEqual(
        new Set([promises.receipt]),
      );
      expect(new Set(receipts.map((receipt) => receipt.fingerprint)).size).toBe(1);
      expect(await stored(receipts[0]?.fingerprint ?? '')).toBe(7);
    });

    test('a count is shown right after its receipt', async () => {
      const event = sighting();
      for (let count = 1; count <= 5; count++) {
        const { fingerprint } = await post200(event);
        expect((await find(stage().service.url, fingerprint)).count).toBe(count);
      }
    });

    test('a refused event is not counted', async () => {
      const event = sighting();
      const { fingerprint } = await post200(event);
      for (const bad of [{ level: 'loud' }, { eventId: '' }, { occurredAt: 'today' }]) {
        expect((await post(stage().service.url, { ...event, ...bad })).status).toBe(400);
      }
      expect(await stored(fingerprint)).toBe(1);
    });
  });

  retries(stage, promises, stored);
}

function retries(
  stage: () => Stage,
  { receipt, retriedEventCountsOnce }: Promises,
  stored: (fingerprint: string) => Promise<number | undefined>,
): void {
  const again = retriedEventCountsOnce ? 'duplicate' : receipt;
  const title = retriedEventCountsOnce
    ? 'an event sent three times under one eventId counts once, and the receipts say so'
    : 'an event sent three times under one eventId counts three times, and no receipt says duplicate';

  describe('a retried eventId', () => {
    test(title, async () => {
      const event = sighting({ eventId: word() });
      const receipts = [];
      for (let i = 0; i < 3; i++) receipts.push(await acknowledged(stage().service.url, event));
      expect(receipts.map(({ status }) => status)).toEqual([receipt, again, again]);
      expect(await stored(receipts[0]?.fingerprint ?? '')).toBe(retriedEventCountsOnce ? 1 : 3);
    });

    test('events without an eventId, or with another, are no retries', async () => {
      const event = sighting();
      const receipts = [];
      for (const eventId of [undefined, undefined, word(), word(), null]) {
        receipts.push(await acknowledged(stage().service.url, { ...event, eventId }));
      }
      expect(receipts.map(({ status }) => status)).toEqual(Array(5).fill(receipt));
      expect(await stored(receipts[0]?.fingerprint ?? '')).toBe(5);
    });

    test('a refused event leaves its eventId free', async () => {
      const event = sighting({ eventId: word() });
      const refused = await post(stage().service.url, { ...event, level: 'loud' });
      expect(refused.status).toBe(400);
      const { status, fingerprint } = await acknowledged(stage().service.url, event);
      expect(status).toBe(receipt);
      expect(await stored(fingerprint)).toBe(1);
    });

    if (!retriedEventCountsOnce) return;

    test('twice in one batch counts once', async () => {
      const event = sighting({ eventId: word() });
      const answer = await postBatch(stage().service.url, [event, sighting(), event]);
      const receipts = receiptsOf(answer);
      expect(receipts.map(({ status }) => status)).toEqual([receipt, receipt, 'duplicate']);
      expect(await stored(receipts[0]?.fingerprint ?? '')).toBe(1);
    });

    test('ten at once count once, all acknowledged', async () => {
      const event = sighting({ eventId: word() });
      const posts = Array.from({ length: 10 }, () => post(stage().service.url, event));
      const receipts = (await Promise.all(posts)).map(receiptOf);
      const statuses = receipts.map(({ status }) => status);
      expect(statuses.filter((status) => status === receipt)).toHaveLength(1);
      expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(9);
      expect(await stored(receipts[0]?.fingerprint ?? '')).toBe(1);
    });
  });
}
