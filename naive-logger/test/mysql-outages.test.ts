/** What can happen to MySQL: every event is refused, in time, as it was not stored. */
import { acknowledged, ask, post, problemOf } from '@hotpath/contract/conformance/client';
import {
  mysqlTroubles,
  type SmallDiskStage,
} from '@hotpath/contract/conformance/mysql-troubles.store';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { sighting } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { mysqlAnswerMsMax, mysqlConnectMsMax, poolWaitMsMax } from '@hotpath/contract/limits';
import { outageName, outages } from '@hotpath/contract/outage-rows';
import { openStageOnSmallDisk } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, test } from 'vitest';

const atOnceMsMax = 1_000;
const recoveryMsMax = 20_000;
const graceMs = 1_500;
/** More than there are connections, so that some wait for one. */
const senders = 25;
let stage: SmallDiskStage;

beforeAll(async () => {
  stage = await openStageOnSmallDisk('naive', { name: 'naive-mysql' });
});

afterAll(() => stage?.close());

const troubles = mysqlTroubles(() => stage);
const { naive: rows } = outages;
test.each([
  [outageName(rows.mysqlKilled), troubles.killed, [atOnceMsMax, atOnceMsMax], [503]],
  [
    outageName(rows.mysqlFrozen),
    troubles.frozen,
    [Math.min(mysqlAnswerMsMax + mysqlConnectMsMax, poolWaitMsMax), mysqlConnectMsMax],
    [503],
  ],
  [outageName(rows.mysqlReadOnly), troubles.readOnly, [atOnceMsMax, atOnceMsMax], [200]],
  [outageName(rows.mysqlFull), troubles.full, [atOnceMsMax, atOnceMsMax], [200, 503]],
])('%s', async (_name, trouble, msMax, readiness) => {
  const { service } = stage;
  // New ones with long stacks, which need room.
  const stackTrace = 'x'.repeat(60_000);
  const events = Array.from({ length: senders }, () => sighting({ stackTrace }));
  const send = () => Promise.all(events.map((event) => post(service.url, event)));
  await send(); // so that every connection is open
  for (const event of events) Object.assign(event, sighting());

  await trouble.begin();
  const refused = async () => (await post(service.url, sighting({ stackTrace }))).status !== 200;
  if (trouble === troubles.full) await waitUntil('what room there was is used up', refused);
  const unknown = new Set<unknown>();
  for (const wave of msMax) {
    const answers = await send();
    for (const [i, answer] of answers.entries()) {
      const told = `${answer.status} ${problemOf(answer).code}`;
      if (trouble === troubles.full && told === '504 HP_OUTCOME_UNKNOWN') unknown.add(events[i]);
      else expect(told).toBe('503 HP_STORE_UNAVAILABLE');
    }
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(wave + graceMs);
  }
  const ready = await ask(service.url, { path: '/health/ready' });
  expect(readiness).toContain(ready.status);
  await trouble.end();

  await waitUntil(
    'it takes events again',
    async () => (await post(service.url, sighting())).status === 200,
    recoveryMsMax,
  );
  const counts = await storedCounts(stage.databaseUrl);
  const promised = events.filter((event) => !unknown.has(event));
  expect(promised.filter((event) => counts.has(fingerprintV1(event)))).toEqual([]);
  await acknowledged(service.url, promised[0] ?? sighting());
});
