import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { readStoredCounts } from '@hotpath/loadtests/ledger/issues.store';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { createConnection } from 'mysql2/promise';
import { beforeAll, expect, inject, test } from 'vitest';

let stores: OwnStores;
beforeAll(async () => {
  stores = await takeStores(inject('stores'), 'ledger');
  const settings = { DATABASE_URL: stores.databaseUrl, POOL_SIZE: 2 };
  const source = await connect(createDataSource(settings as never));
  await migrate(source);
  await source.destroy();
});

test('counts come out of the migrated table, over several pages', async () => {
  expect(await readStoredCounts(stores.databaseUrl)).toEqual(new Map());
  const connection = await createConnection(stores.databaseUrl);
  const now = new Date();
  const issue = (count: number) => [String(count).padStart(64, '0'), 'm', 'error', count, now, now];
  await connection.query(
    'INSERT INTO issues (fingerprint, message, level, count, first_seen_at, last_seen_at) VALUES ?',
    [Array.from({ length: 25_000 }, (_, index) => issue(index + 1))],
  );
  const [rows] = await connection.query('SELECT SUM(count) AS sum FROM issues');
  const counts = await readStoredCounts(stores.databaseUrl);
  expect(counts.size).toBe(25_000);
  const sum = [...counts.values()].reduce((total, count) => total + count, 0);
  expect(sum).toBe(Number((rows as { sum: string }[])[0]?.sum));
  await connection.query('UPDATE issues SET count = 18446744073709551615 WHERE count = 7');
  await connection.end();
  await expect(readStoredCounts(stores.databaseUrl)).rejects.toThrow(/18446744073709551615/);
});

test('a database without the table is an error, not an empty ledger', async () => {
  await stores.mysql.createDatabase(`${stores.database}_empty`);
  const url = stores.mysql.url(`${stores.database}_empty`);
  await expect(readStoredCounts(url)).rejects.toThrow(/issues/);
});
