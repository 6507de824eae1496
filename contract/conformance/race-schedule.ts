/**
 * Two events at the same moment, every time: a lock on the row (or on the gap where it will
 * be) lets both requests go as far as they can and no further, until both are there.
 */
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type Answer, acknowledged, find, post } from './client.ts';
import { RowLock, storedCounts } from './row-lock.store.ts';
import type { Stage } from './service.ts';
import { type Sighting, sighting } from './sightings.ts';
import { waitMsMax, waitUntil } from './wait-until.ts';

export interface RaceResult {
  /** Of both answers, in ascending order. */
  readonly statuses: readonly number[];
  /** Requests that had to wait for the other's lock: 2 or, where nobody locks to answer, 0. */
  readonly blocked: number;
  /** In MySQL, once everything acknowledged is there. */
  readonly stored: number;
  /** By the read API. */
  readonly shown: number;
}

/** Two more events of an issue with one event: a correct count is 3. */
export async function raceForCount(stage: Stage): Promise<RaceResult> {
  const event = sighting();
  await acknowledged(stage.service.url, event);
  await stage.service.drained({ withinMs: waitMsMax });
  return race(stage, event);
}

/** The first two events of an issue: a correct count is 2, or 1 with one of them refused. */
export function raceForFirstSight(stage: Stage): Promise<RaceResult> {
  return race(stage, sighting());
}

async function race(stage: Stage, event: Sighting): Promise<RaceResult> {
  const { service, databaseUrl } = stage;
  const fingerprint = fingerprintV1(event);
  const lock = await RowLock.hold(databaseUrl, fingerprint);
  const answers: Answer[] = [];
  const racers = [event, event].map(async (same) => {
    answers.push(await post(service.url, same));
  });
  const blocked = await waitUntil('both wait for the lock or are answered', async () => {
    if (answers.length === 2) return 'none' as const;
    return (await lock.waitingWrites()) === 2 && 'both';
  }).finally(() => lock.release());
  await Promise.all(racers);
  await service.drained({ withinMs: waitMsMax });
  return {
    statuses: answers.map(({ status }) => status).sort(),
    blocked: blocked === 'both' ? 2 : 0,
    stored: (await storedCounts(databaseUrl)).get(fingerprint) ?? 0,
    shown: (await find(service.url, fingerprint)).count,
  };
}
