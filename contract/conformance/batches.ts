import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { batchEventsMax } from '@hotpath/contract/limits';
import { describe, expect, test } from 'vitest';
import { ask, batchPath, post, postBatch, problemOf, receiptsOf } from './client.ts';
import type { Promises } from './conformance.ts';
import { storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { sighting, sightings } from './sightings.ts';
import { waitMsMax } from './wait-until.ts';

/** One receipt or problem an event, in the order sent. */
export function batches(stage: () => Stage, { receipt }: Promises): void {
  const send = (events: readonly unknown[]) => postBatch(stage().service.url, events);
  const stored = async (events: readonly { message: string }[]) => {
    await stage().service.drained({ withinMs: waitMsMax });
    const counts = await storedCounts(stage().databaseUrl);
    return events.map((event) => counts.get(fingerprintV1(event)) ?? 0);
  };

  describe('a batch', () => {
    test.each([1, batchEventsMax])(
      'of %i events gives as many receipts, in order',
      async (size) => {
        const events = sightings(size);
        const answer = await send(events);
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toMatchObject({ success: true });
        expect(receiptsOf(answer)).toEqual(
          events.map((event) => ({ status: receipt, fingerprint: fingerprintV1(event) })),
        );
        expect(await stored(events)).toEqual(events.map(() => 1));
      },
    );

    test('of one event more than the limit is refused whole', async () => {
      const events = sightings(batchEventsMax + 1);
      const answer = await send(events);
      expect(answer.status).toBe(400);
      expect(problemOf(answer)).toMatchObject({
        code: 'HP_INVALID_EVENT',
        errors: [{ field: 'events', reason: `must be an array of 1 to ${batchEventsMax} events` }],
      });
      expect(await stored(events)).toEqual(events.map(() => 0));
    });

    test('with good and bad events answers 207, each in its place, and counts the good ones', async () => {
      const [first, second] = [sighting(), sighting()];
      const answer = await send([first, { message: 7 }, second, null, { ...first, level: 'loud' }]);
      expect(answer.status).toBe(207);
      expect(JSON.parse(answer.text)).toMatchObject({ success: false });
      const [one, bad, two, none, loud, ...more] = receiptsOf(answer);
      expect([one, two]).toEqual([
        { status: receipt, fingerprint: fingerprintV1(first) },
        { status: receipt, fingerprint: fingerprintV1(second) },
      ]);
      expect([bad, none, loud].map((refused) => refused?.problem?.errors)).toEqual([
        [{ field: 'message', reason: 'must be a string' }],
        [{ field: '(body)', reason: 'must be a JSON object' }],
        [{ field: 'level', reason: 'must be one of fatal, error, warning, info, debug' }],
      ]);
      expect(more).toEqual([]);
      expect(await stored([first, second])).toEqual([1, 1]);
    });

    test('with bad events only answers 207 with a problem each', async () => {
      const answer = await send([{}, { message: '' }]);
      expect(answer.status).toBe(207);
      expect(receiptsOf(answer).map(({ problem }) => problem?.code)).toEqual([
        'HP_INVALID_EVENT',
        'HP_INVALID_EVENT',
      ]);
    });

    test('gives an event the very problem that it gets when sent alone', async () => {
      const bad = { message: ' ', level: 7, eventId: 'ä', occurredAt: '2024-02-30T00:00:00Z' };
      const [alone, [together]] = [
        problemOf(await post(stage().service.url, bad)),
        receiptsOf(await send([bad])),
      ];
      expect(together?.problem).toEqual(alone);
    });

    test.each([
      ['no events', '{"events":[]}'],
      ['an object for events', '{"events":{"0":{"message":"x"},"length":1}}'],
      ['another name for events', '{"event":[{"message":"x"}]}'],
      ['an array for a body', '[{"message":"x"}]'],
      ['null for a body', 'null'],
    ])('with %s is refused', async (_name, body) => {
      const answer = await ask(stage().service.url, { path: batchPath, body });
      expect([answer.status, problemOf(answer).code]).toEqual([400, 'HP_INVALID_EVENT']);
    });
  });
}
