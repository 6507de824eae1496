import { post } from '@hotpath/contract/conformance/client';
import { RowLock, storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { sighting } from '@hotpath/contract/conformance/sightings';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { sumOf } from '@hotpath/loadtests/rig/arm';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { expect, inject, test } from 'vitest';
import { storedRungConforms } from './stored-rung.js';

storedRungConforms('group-commit', { env: { IN_FLIGHT_EVENTS_MAX: '8' }, events: 8 });

test('whatever arrives while a batch is under way shares the next transaction, each event counted', async () => {
  const stage = await openStage('group-commit', inject('stores'), { name: 'group-commit-race' });
  try {
    const { service, databaseUrl } = stage;
    const [hot, ...others] = Array.from({ length: 5 }, () => sighting());
    const fingerprint = fingerprintV1(hot ?? { message: '' });
    await post(service.url, hot);
    const lock = await RowLock.hold(databaseUrl, fingerprint);
    const upserts = async () =>
      sumOf(await service.metrics(), 'hotpath_store_seconds_count') ?? Number.NaN;
    const before = await upserts();
    const first = post(service.url, hot);
    await waitUntil(async () => (await lock.waitingWrites()) === 1, {
      withinMs: 10_000,
      until: 'the first batch waits for the lock',
    });
    const events = [...Array(20).fill(hot), ...others];
    const rest = events.map((event) => post(service.url, event));
    await waitUntil(async () => (await service.metrics()).get('hotpath_in_flight_events') === 25, {
      withinMs: 10_000,
      until: 'all the others are in the process',
    });
    expect(await lock.waitingWrites()).toBe(1); // one batch in flight, whoever else waits
    await lock.release();
    const answers = await Promise.all([first, ...rest]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await upserts()) - before).toBe(2);
    const counts = await storedCounts(databaseUrl);
    expect(counts.get(fingerprint)).toBe(22);
    for (const event of others) expect(counts.get(fingerprintV1(event))).toBe(1);
  } finally {
    await stage.close();
  }
});

test('an issue whose row was seen comes back with its text when the row is gone, beside new ones', async () => {
  const stage = await openStage('group-commit', inject('stores'), { name: 'group-commit-gone' });
  const connection = await createConnection(stage.databaseUrl);
  try {
    const { url } = stage.service;
    const [gone, kept, fresh] = [sighting(), sighting(), sighting()];
    for (const event of [gone, kept]) await post(url, event);
    await connection.query('DELETE FROM issues WHERE fingerprint = ?', [fingerprintV1(gone)]);
    await Promise.all([gone, kept, fresh].map((event) => post(url, event)));
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT message, stack_trace, count FROM issues ORDER BY count, message',
    );
    const row = ({ message, stackTrace }: typeof gone, count: number) => ({
      ...{ message, stack_trace: stackTrace ?? null, count },
    });
    const once = [row(gone, 1), row(fresh, 1)].sort((a, b) => (a.message < b.message ? -1 : 1));
    expect(rows).toEqual([...once, row(kept, 2)]);
  } finally {
    await connection.end();
    await stage.close();
  }
});
