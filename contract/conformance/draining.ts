import { request } from 'node:http';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { describe, expect, test } from 'vitest';
import { acknowledged, ask, logPath, post } from './client.ts';
import { drainMsMax } from './outages.ts';
import { storedCounts } from './row-lock.store.ts';
import type { BreakableStage, StoreName } from './service.ts';
import { sighting } from './sightings.ts';
import { waitMsMax, waitUntil } from './wait-until.ts';

/** What a busy machine may add to a limit. */
const graceMsMax = 1_500;

/**
 * SIGTERM: accepted work is finished, new work is refused, the exit code says which.
 * @param store one that holds an event in flight while it is frozen: for good when it is needed
 */
export function draining(stage: () => BreakableStage, store: StoreName, needed: boolean): void {
  const refused = () =>
    waitUntil('new connections are refused', () =>
      ask(stage().service.url, { path: '/health/live' }).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    );
  /** Freezes the store and sends an event; again, if it was answered before anybody saw it in flight. */
  const holdEvent = () =>
    waitUntil('an event is in flight', async () => {
      const { service } = stage();
      const event = sighting();
      await stage()[store].kill('SIGSTOP');
      let answered = false;
      const answer = post(service.url, event).finally(() => {
        answered = true;
      });
      while (!answered) {
        const inFlight = (await service.metrics()).get('hotpath_in_flight_events');
        if (inFlight === 1) return { event, answer };
      }
      await stage()[store].kill('SIGCONT');
      await service.drained({ withinMs: waitMsMax });
      return false;
    });
  const counted = async (message: string) => {
    await stage().service.restart('api');
    await stage().service.drained({ withinMs: waitMsMax });
    return (await storedCounts(stage().databaseUrl)).get(fingerprintV1({ message })) ?? 0;
  };

  describe('draining', () => {
    test('a request in flight is answered, new ones are refused, and the exit code is 0', async () => {
      const { api } = stage().service;
      const { event, answer } = await holdEvent();
      const ended = api.kill('SIGTERM');
      await refused();
      await stage()[store].kill('SIGCONT');
      expect((await answer).status).toBe(200);
      await ended;
      expect(await api.exited).toEqual({ code: 0, signal: null });
      expect(await counted(event.message)).toBe(1);
    });

    test('a request that had not arrived whole is refused with 503, and not counted', async () => {
      const { api, url } = stage().service;
      const event = sighting();
      const late = halfSent(url, JSON.stringify(event));
      await late.headArrived;
      const ended = api.kill('SIGTERM');
      await refused();
      const { status, code, connection } = await late.finish();
      expect({ status, code, connection }).toEqual({
        status: 503,
        code: 'HP_DRAINING',
        connection: 'close',
      });
      await ended;
      expect(await api.exited).toEqual({ code: 0, signal: null });
      expect(await counted(event.message)).toBe(0);
    });

    if (needed) {
      test('work that cannot be finished within the limit ends with exit code 1', async () => {
        const { api } = stage().service;
        const held = await holdEvent();
        const answer = held.answer.catch((error: Error) => error);
        const startedAt = performance.now();
        await api.kill('SIGTERM');
        const tookMs = performance.now() - startedAt;
        expect(await api.exited).toEqual({ code: 1, signal: null });
        expect(tookMs).toBeGreaterThanOrEqual(drainMsMax - 50);
        expect(tookMs).toBeLessThan(drainMsMax + graceMsMax);
        expect(await answer).toBeInstanceOf(Error);
        await stage()[store].kill('SIGCONT');
        expect(await counted(held.event.message)).toBeLessThanOrEqual(1);
      });
    }

    test('the worker ends with exit code 0 and everything stored', async () => {
      const { service, databaseUrl } = stage();
      const { worker } = service;
      if (!worker) return;
      const { fingerprint } = await acknowledged(service.url, sighting());
      await worker.kill('SIGTERM');
      expect(await worker.exited).toEqual({ code: 0, signal: null });
      expect((await storedCounts(databaseUrl)).get(fingerprint)).toBe(1);
      await service.restart('worker');
    });
  });
}

/** A request whose head has arrived and half its body is sent; the rest follows when asked. */
function halfSent(url: string, body: string) {
  const sent = request(new URL(logPath, url), {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue', // the server says when it has read the head
    },
  });
  const headArrived = new Promise<void>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('continue', () => {
      sent.write(body.slice(0, body.length / 2));
      resolve();
    });
  });
  sent.flushHeaders();
  return {
    headArrived,
    finish: () =>
      new Promise<{ status: number; code: string; connection: string | undefined }>(
        (resolve, reject) => {
          sent.once('error', reject);
          sent.once('response', (response) => {
            let text = '';
            response.on('data', (part: Buffer) => {
              text += part;
            });
            response.on('end', () => {
              const { connection } = response.headers;
              const code = JSON.parse(text).code;
              resolve({ status: response.statusCode ?? 0, code, connection });
            });
          });
          sent.end(body.slice(body.length / 2));
        },
      ),
  };
}
