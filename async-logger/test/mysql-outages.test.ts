/** What can happen to MySQL, and what the API does meanwhile: the same as ever. */
import { readFile } from 'node:fs/promises';
import { ask, post } from '@hotpath/contract/conformance/client';
import {
  mysqlTroubles,
  type SmallDiskStage,
} from '@hotpath/contract/conformance/mysql-troubles.store';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { type Sighting, sighting, sightings } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { outageName, outages } from '@hotpath/contract/outage-rows';
import { openStageOnSmallDisk } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncRetryMsMax } from '../src/limits.js';

/** The service level: one answer in a hundred may take longer. */
const ackMsMax = 250;
/** In 10 s, of which the fixed interval would make a hundred. */
const triesMax = 12;
const drainMsMax = syncRetryMsMax + 10_000;
let stage: SmallDiskStage;

beforeAll(async () => {
  const env = { SYNC_INTERVAL_MS: '100' };
  stage = await openStageOnSmallDisk('async', { name: 'async-mysql', env });
});

afterAll(() => stage?.close());

const said = async () =>
  (await readFile(stage.service.worker?.logFile ?? '', 'utf8')).match(/Counts (stay|move)/g) ?? [];
const worker = async (series: string) =>
  (await stage.service.metrics('worker')).get(`hotpath_sync_${series}`) ?? 0;
const failedTries = () => worker('chunks_total{result="failed"}');
const readiness = () => ask(stage.service.worker?.url ?? '', { path: '/health/ready' });

const troubles = mysqlTroubles(() => stage, { refusedMs: 10_000 });
const { async: rows } = outages;
test.each([
  [outageName(rows.mysqlKilled), troubles.killed, 'refused'],
  [outageName(rows.mysqlFrozen), troubles.frozen, 'unready'],
  [outageName(rows.mysqlSlow), troubles.slow, 'unseen'],
  [outageName(rows.mysqlReadOnly), troubles.readOnly, 'refused'],
  [outageName(rows.mysqlFull), troubles.full, 'refused'],
])('%s', async (_name, trouble, seen) => {
  const { service } = stage;
  const before = sightings(5);
  const sent: Sighting[] = [];
  const slowMs: number[] = [];
  const acknowledge = async (events: readonly Sighting[]) => {
    for (const event of events) {
      const answer = await post(service.url, event);
      expect(answer.status, answer.text).toBe(200);
      if (answer.ms > ackMsMax) slowMs.push(answer.ms);
      sent.push(event);
    }
  };
  await acknowledge(before);
  await service.drained({ withinMs: drainMsMax });
  const [saidBefore, triesBefore] = [await said(), await failedTries()];
  await trouble.begin();
  // New issues with long stacks, which need room, and known ones.
  const stackTrace = 'x'.repeat(60_000);
  await acknowledge([...Array.from({ length: 40 }, () => sighting({ stackTrace })), ...before]);
  const counting = async () => seen !== 'refused' || (await worker('failing_seconds')) > 0;
  await waitUntil('the worker counts the seconds', counting);
  if (seen !== 'unseen') expect((await readiness()).status).toBe(503);
  await acknowledge(before);
  await trouble.end();
  await service.drained({ withinMs: drainMsMax });
  const counts = await storedCounts(stage.databaseUrl);
  const times = ({ message }: Sighting) => sent.filter((event) => event.message === message).length;
  expect(sent.map((event) => counts.get(fingerprintV1(event)))).toEqual(sent.map(times));
  expect(slowMs.length, `of ${sent.length}: ${slowMs} ms`).toBeLessThanOrEqual(1);
  expect([await worker('failing_seconds'), (await readiness()).status]).toEqual([0, 200]);
  const lines = seen === 'refused' ? ['Counts stay', 'Counts move'] : [];
  expect(await said()).toEqual([...saidBefore, ...lines]);
  expect((await failedTries()) - triesBefore).toBeLessThanOrEqual(triesMax);
});
