/** Every process of an arm replaced, one after the other, under load and behind what balances it. */
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { word } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type Arm, type ArmStores, startArm, startPart } from '@hotpath/loadtests/rig/arm';
import { type RigProcess } from '@hotpath/loadtests/rig/process';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { afterEach, expect, inject, test } from 'vitest';

const drainMsMax = 20_000;
/** A probe and a request under way take a few ms; a busy machine takes longer. */
const graceMs = 500;
const probeEveryMs = 50;
const senders = 8;
let dir: RigDirectory;

afterEach(() => dir?.close());

/** As load balancers do it: asks each instance whether it is ready, and sends only where it is. No request is tried twice. */
class Balancer {
  private readonly ready = new Set<string>();
  private turn = 0;
  private closed = false;

  constructor(private readonly urls: readonly string[]) {
    for (const url of urls) void this.watch(url);
  }

  next(): string {
    const ready = this.urls.filter((url) => this.ready.has(url));
    return ready[this.turn++ % ready.length] ?? 'nobody is ready';
  }

  knows(url: string): boolean {
    return this.ready.has(url);
  }

  close(): void {
    this.closed = true;
  }

  private async watch(url: string): Promise<void> {
    while (!this.closed) {
      const ready = await fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) this.ready.add(url);
      else this.ready.delete(url);
      await pause(probeEveryMs);
    }
  }
}

/** Posts one issue's events, one after another, until told to stop; gives how many, and every answer that was no receipt. */
async function send(to: Balancer, message: string, stopped: AbortSignal) {
  const failed: string[] = [];
  let acknowledged = 0;
  while (!stopped.aborted) {
    const url = to.next();
    try {
      const body = JSON.stringify({ message, eventId: word() });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1/errors/log`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (answer.ok) acknowledged++;
      else failed.push(`${answer.status} ${text}`);
    } catch (error) {
      failed.push(String((error as Error).cause ?? error));
    }
    await pause(10);
  }
  return { message, acknowledged, failed };
}

const name = 'async'; // the host that drains is the same in both

test('two API instances and the worker are restarted one by one under load: no request fails, and all are counted once', async () => {
  dir = await openTemporaryRigDirectory(`rolling-${name}`);
  const { mysql, redis, database, databaseUrl } = await takeStores(inject('stores'), name);
  const env = { SYNC_INTERVAL_MS: '100', DRAIN_GRACE_MS: String(graceMs) };
  const stores: ArmStores = { dir, mysql, redis, database, env };
  const arm: Arm = await startArm(name, stores);
  const instances: RigProcess[] = [arm.api, await startPart(name, 'api', stores, 0)];
  const urls = instances.map(({ url }) => url ?? '');
  const balancer = new Balancer(urls);
  const knows = (url: string) => waitUntil(`${url} is ready`, () => balancer.knows(url));
  await Promise.all(urls.map(knows));

  const stop = new AbortController();
  const messages = Array.from({ length: senders }, () => `rolling ${word()}`);
  const sending = messages.map((message) => send(balancer, message, stop.signal));
  for (const [i, instance] of instances.entries()) {
    const ended = instance.kill('SIGTERM');
    await waitUntil('it is known to leave', () => !balancer.knows(urls[i] ?? ''));
    const { status, headers } = await ask(urls[i] ?? '', { path: '/health/live' });
    expect([status, headers.connection]).toEqual([200, 'close']);
    await ended;
    expect(await instance.exited).toEqual({ code: 0, signal: null });
    const port = Number(new URL(urls[i] ?? '').port);
    instances[i] = await startPart(name, 'api', stores, port);
    await knows(urls[i] ?? '');
  }
  if (arm.worker) await arm.restart('worker');
  stop.abort();

  const sent = await Promise.all(sending);
  balancer.close();
  [arm.api] = instances as [RigProcess];
  await arm.drained({ withinMs: drainMsMax });
  const counts = await storedCounts(databaseUrl);
  expect(sent.flatMap(({ failed }) => failed)).toEqual([]);
  expect(messages.map((message) => counts.get(fingerprintV1({ message })))).toEqual(
    sent.map(({ acknowledged }) => acknowledged),
  );
  expect(Math.min(...sent.map(({ acknowledged }) => acknowledged))).toBeGreaterThan(50);
});
