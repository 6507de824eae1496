/** How much a project may send: events by its rate, new issues by the minute. */
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { overflowFingerprintOf } from '@hotpath/contract/overflow';
import { expect, test } from 'vitest';
import { ask, batchPath, listPath, problemOf, receiptOf, receiptsOf } from './client.ts';
import type { ArmUnderTest } from './conformance.ts';
import { difference, outcomeCounts } from './operations.ts';
import { storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { sighting, word } from './sightings.ts';
import { read, send, type Tenant, writing } from './tenants.ts';
import { waitMsMax } from './wait-until.ts';

export function rates(stage: () => Stage, slow: Tenant, other: Tenant): void {
  test('over its rate a project is refused with 429 and when to come back, and another is not', async () => {
    const name = 'hotpath_limited_events_total{project="slow"}';
    const before = await outcomeCounts(stage());
    const event = sighting({ eventId: word() });
    const path = batchPath;
    const headers = writing(slow.ingestKeys[0]);
    const body = JSON.stringify({ events: [sighting(), sighting(), sighting(), event] });
    const batch = await ask(stage().service.url, { path, headers, body });
    expect(batch.status).toBe(207);
    const receipts = receiptsOf(batch);
    expect(receipts.filter(({ problem }) => problem === undefined)).toHaveLength(3);
    expect(receipts[3]?.problem).toMatchObject({ code: 'HP_OVER_RATE', retryable: true });

    const alone = await send(stage(), slow.ingestKeys[1], event);
    expect([alone.status, problemOf(alone).code]).toEqual([429, 'HP_OVER_RATE']);
    const seconds = Number(alone.headers['retry-after']);
    expect(seconds).toBeGreaterThan(90); // a token takes 100 s
    expect(seconds).toBeLessThanOrEqual(100);
    for (let n = 0; n < 10; n++) {
      expect((await send(stage(), other.ingestKeys[0], sighting())).status).toBe(200);
    }
    const { shed, counted } = difference(await outcomeCounts(stage()), before);
    expect([shed, counted]).toEqual([2, 13]);
    expect((await stage().service.metrics()).get(name)).toBe(2);
    await stage().service.drained({ withinMs: waitMsMax });
    const stored = await storedCounts(stage().databaseUrl);
    expect(stored.get(fingerprintV1(event, slow.name))).toBeUndefined();
  });
}

/** More than `newIssuesPerMinute` by enough that a minute that ends meanwhile changes nothing. */
const floodEvents = 30;

export function newIssues(stage: () => Stage, arm: ArmUnderTest, noisy: Tenant): void {
  const bounded = arm.promises.newIssuesBounded;
  test(`ever new messages ${bounded ? 'end up in one issue, each counted' : 'make an issue each'}`, async () => {
    const receipts = [];
    for (let n = 0; n < floodEvents; n++) {
      receipts.push(receiptOf(await send(stage(), noisy.ingestKeys[0], sighting())));
    }
    await stage().service.drained({ withinMs: waitMsMax });
    const counts = await storedCounts(stage().databaseUrl);
    const overflow = overflowFingerprintOf(noisy.name);
    const own = new Set(receipts.map(({ fingerprint }) => fingerprint));
    own.delete(overflow);
    if (!bounded) return expect(own.size).toBe(floodEvents);
    expect(own.size).toBeGreaterThanOrEqual(5);
    expect(own.size).toBeLessThanOrEqual(10);
    for (const fingerprint of own) expect(counts.get(fingerprint)).toBe(1);
    expect(counts.get(overflow)).toBe(floodEvents - own.size);
    const name = 'hotpath_overflow_events_total{project="noisy"}';
    expect((await stage().service.metrics()).get(name)).toBe(floodEvents - own.size);
    const answer = await read(stage(), noisy.readTokens[0], `${listPath}/${overflow}`);
    expect(JSON.parse(answer.text)).toMatchObject({ count: floodEvents - own.size });
  });
}
