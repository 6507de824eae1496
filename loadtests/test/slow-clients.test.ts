/** The limits of time and number that the host puts on connections; every arm and rung is served by it. */

import { open, sendRaw } from '@hotpath/contract/conformance/raw-connection';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { createHost, opsModule } from '@hotpath/contract/http/host';
import * as limits from '@hotpath/contract/limits';
import { SaturationProbe } from '@hotpath/contract/ports';
import { logPath } from '@hotpath/loadtests/fuzz/input';
import { holdOn } from '@hotpath/loadtests/fuzz/slow-clients';
import { openStage, type Stage } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const lookMs = limits.slowRequestCheckMs;
/** For a busy machine. */
const graceMs = 1_500;
const clientsAKind = 20;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('floor', inject('stores'), { name: 'slow-clients' });
});
afterAll(() => stage?.close());

const post = (head: string) =>
  `POST ${logPath} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${head}`;

test.concurrent('slow clients of all kinds are cut off in time, and a good one does not notice', async () => {
  const { clients, msMax, offences, goodEvents } = await holdOn(stage.service.url, clientsAKind);
  expect(offences).toEqual([]);
  expect(clients).toBe(3 * clientsAKind);
  expect(msMax).toBeGreaterThan(limits.requestMsMax - 1); // not for anything else
  expect(goodEvents).toBeGreaterThan(10);
});

test.concurrent.each([
  ['a head without an end', post('')],
  ['a body without an end', post('content-length: 100\r\n\r\n{"message":')],
])('%s is told that it was too slow', async (_, bytes) => {
  const { answers, ms } = await sendRaw(stage.service.url, bytes);
  expect(answers).toMatchObject([
    { status: 408, text: expect.stringMatching(/"HP_REQUEST_TOO_SLOW"/) },
  ]);
  expect(ms).toBeGreaterThan(limits.requestMsMax - 1);
  expect(ms).toBeLessThan(limits.requestMsMax + lookMs + graceMs);
});

test.concurrent('one who takes his time between two requests is not slow', async () => {
  const socket = open(stage.service.url);
  let answers = 0;
  socket.on('data', (bytes) => {
    answers += bytes.toString().split('HTTP/1.1 200').length - 1;
  });
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve('closed')));
  const event = post('content-length: 15\r\n\r\n{"message":"a"}');
  socket.write(event);
  const pauseMs = limits.requestMsMax + lookMs + 500;
  const waited = new Promise<string>((resolve) => setTimeout(resolve, pauseMs, 'waited'));
  expect(await Promise.race([closed, waited])).toBe('waited');
  socket.write(event);
  await waitUntil('it is answered too', () => answers === 2);
  socket.destroy();
});

test('the bounds that take a minute or ten thousand connections to reach are set', async () => {
  const probe = { provide: SaturationProbe, useValue: { missingStores: async () => [] } };
  const host = await createHost(opsModule({ providers: [probe] }));
  await host.init();
  const { timeout, maxConnections, keepAliveTimeout } = host.getHttpServer();
  expect({ timeout, maxConnections, keepAliveTimeout }).toEqual({
    timeout: limits.connectionSilenceMsMax,
    maxConnections: limits.connectionsMax,
    keepAliveTimeout: limits.keepAliveMsMax,
  });
  await host.close();
});
