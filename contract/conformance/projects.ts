import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuePage, Summary } from '@hotpath/contract/ports';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, batchPath, listPath, problemOf, receiptOf } from './client.ts';
import type { ArmUnderTest } from './conformance.ts';
import { difference, outcomeCounts } from './operations.ts';
import { newIssues, rates } from './project-bounds.ts';
import { storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { type Sighting, sighting, word } from './sightings.ts';
import { read, send, type Tenant, tenant, writing } from './tenants.ts';
import { waitMsMax } from './wait-until.ts';

/** Projects of one service: who may send and read what, and that nothing of one shows in another. */
export function projects(arm: ArmUnderTest): void {
  describe('with projects', () => {
    const [shop, blog, standard] = [tenant('shop'), tenant('blog'), tenant('default')];
    const slow = tenant('slow', { eventsPerSecond: 0.01, burst: 3 });
    const noisy = tenant('noisy', { newIssuesPerMinute: 5 });
    let directory: string;
    let stage: Stage;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'projects-'));
      const file = join(directory, 'projects.json');
      await writeFile(file, JSON.stringify({ projects: [shop, blog, standard, slow, noisy] }));
      const env = { ...arm.env, PROJECTS_FILE: file };
      stage = await arm.openStage({ name: 'projects', env });
    });
    afterAll(async () => {
      await stage?.close();
      await rm(directory, { recursive: true });
    });

    keys(() => stage, shop, blog);
    isolation(() => stage, arm, [shop, blog, standard]);
    rates(() => stage, slow, blog);
    newIssues(() => stage, arm, noisy);
  });
}

function keys(stage: () => Stage, shop: Tenant, blog: Tenant): void {
  const [ingestKey] = shop.ingestKeys;
  const [readToken] = shop.readTokens;
  const reads = [listPath, `${listPath}/summary`, `${listPath}/${'f'.repeat(64)}`];

  test('every key of a project may write', async () => {
    for (const one of [...shop.ingestKeys, ...blog.ingestKeys]) {
      expect((await send(stage(), one, sighting())).status).toBe(200);
    }
  });

  test.each([
    ['no key', undefined],
    ['a key that nobody has', 'x'.repeat(24)],
    ['an empty key', ''],
    ['a part of a key', ingestKey?.slice(0, -1)],
  ])('with %s it answers 401 and how to do better, and stores nothing', async (_name, secret) => {
    const before = await outcomeCounts(stage());
    const event = sighting();
    const answers = [
      await send(stage(), secret, event),
      await ask(stage().service.url, {
        path: batchPath,
        headers: writing(secret),
        body: JSON.stringify({ events: [event] }),
      }),
    ];
    for (const path of reads) answers.push(await read(stage(), secret, path));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      expect(problemOf(answer)).toMatchObject({ code: 'HP_NO_KEY', retryable: false });
    }
    const { rejected, counted } = difference(await outcomeCounts(stage()), before);
    expect([rejected, counted]).toEqual([2, 0]);
  });

  test('an ingest key cannot read, and a read token cannot write', async () => {
    for (const path of reads) {
      const answer = await read(stage(), ingestKey, path);
      expect([answer.status, problemOf(answer).code]).toEqual([403, 'HP_WRONG_KEY']);
    }
    const event = sighting();
    const answer = await send(stage(), readToken, event);
    expect([answer.status, problemOf(answer).code]).toEqual([403, 'HP_WRONG_KEY']);
    const { fingerprint } = receiptOf(await send(stage(), ingestKey, event));
    await stage().service.drained({ withinMs: waitMsMax });
    expect((await storedCounts(stage().databaseUrl)).get(fingerprint)).toBe(1);
  });

  test('health, metrics and the description need no key', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json']) {
      expect([path, (await read(stage(), undefined, path)).status]).toEqual([path, 200]);
    }
  });

  test('no answer to a stranger shows a key', async () => {
    const answer = await send(stage(), `${readToken}x`, sighting());
    expect(answer.text).not.toContain(readToken);
    const { text } = await read(stage(), undefined, '/metrics');
    for (const one of [...shop.ingestKeys, ...shop.readTokens]) expect(text).not.toContain(one);
  });
}

function isolation(stage: () => Stage, arm: ArmUnderTest, tenants: readonly Tenant[]): void {
  const ask = async (of: Tenant, path: string) => read(stage(), of.readTokens[0], path);
  const list = async (of: Tenant): Promise<IssuePage> =>
    JSON.parse((await ask(of, `${listPath}?limit=100`)).text);
  const totals = async (of: Tenant): Promise<Summary> =>
    JSON.parse((await ask(of, `${listPath}/summary`)).text);
  const post = (of: Tenant, event: Sighting) => send(stage(), of.ingestKeys[0], event);

  test('one error in three projects is three issues, each with its own count', async () => {
    const event = sighting();
    const before = await Promise.all(tenants.map(totals));
    const fingerprints: string[] = [];
    for (const [i, of] of tenants.entries()) {
      for (let n = 0; n <= i; n++) fingerprints[i] = receiptOf(await post(of, event)).fingerprint;
    }
    expect(new Set(fingerprints).size).toBe(tenants.length);
    const look = async () => {
      for (const [i, of] of tenants.entries()) {
        for (const [k, fingerprint] of fingerprints.entries()) {
          const answer = await ask(of, `${listPath}/${fingerprint}`);
          expect([i, k, answer.status]).toEqual([i, k, i === k ? 200 : 404]);
          if (i === k) expect(JSON.parse(answer.text)).toMatchObject({ count: i + 1 });
        }
        const { events } = await totals(of);
        expect(events - (before[i]?.events ?? 0)).toBe(i + 1);
      }
    };
    await look(); // some may not be in MySQL yet
    await stage().service.drained({ withinMs: waitMsMax });
    await look();
    for (const [i, of] of tenants.entries()) {
      const { issues } = await list(of);
      const own = issues.filter(({ message }) => message === event.message);
      expect(own.map(({ fingerprint, count }) => [fingerprint, count])).toEqual([
        [fingerprints[i], i + 1],
      ]);
    }
  });

  test('a message cannot be made to look like that of another project', async () => {
    const [victim, intruder] = [tenants[0] as Tenant, tenants[2] as Tenant];
    const event = sighting();
    const { fingerprint } = receiptOf(await post(victim, event));
    for (const forged of [`shop\n${event.message}`, `\nshop\n${event.message}`]) {
      const receipt = receiptOf(await post(intruder, { message: forged }));
      expect(receipt.fingerprint).not.toBe(fingerprint);
    }
  });

  if (!arm.promises.retriedEventCountsOnce) return;

  test('two projects may use one event id', async () => {
    const event = sighting({ eventId: word() });
    for (const of of tenants) expect(receiptOf(await post(of, event)).status).not.toBe('duplicate');
    for (const of of tenants) expect(receiptOf(await post(of, event)).status).toBe('duplicate');
  });
}
