import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Problem } from '@hotpath/contract/problems';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { Issue } from '@hotpath/contract/storage/issue.entity';
import {
  boundPool,
  type Mysql2Pool,
  withoutAnswerBound,
} from '@hotpath/contract/storage/pool-bounds';
import { type OwnStores, takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { createPool, type Pool, type PoolConnection } from 'mysql2';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';

const waitMsMax = 200;
const answerMsMax = 300;
const queueLimit = 3;

let stores: OwnStores;
const pools: Pool[] = [];

beforeAll(async () => {
  stores = await takeStores(inject('stores'), 'pool-bounds');
});

afterEach(async () => {
  // An end that fails, for a server that never answered, has ended too.
  await Promise.all(
    pools.splice(0).map((pool) =>
      pool
        .promise()
        .end()
        .catch(() => {}),
    ),
  );
});

function bounded(
  uri = stores.databaseUrl,
  { connectTimeout = 1_000 } = {},
): { pool: Pool; inside: Mysql2Pool } {
  const pool = createPool({ uri, connectionLimit: 1, queueLimit, connectTimeout });
  pools.push(pool);
  const inside = pool as unknown as Mysql2Pool;
  boundPool(inside, { waitMsMax, answerMsMax });
  return { pool, inside };
}

const take = (pool: Pool) =>
  new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });

const refusal = (pool: Pool): Promise<Problem> =>
  take(pool).then(
    () => Promise.reject(new Error('a connection was given')),
    (error: Error) => (error instanceof Problem ? error : Promise.reject(error)),
  );

describe('a bounded pool', () => {
  test('refuses with 503 once a connection was waited for too long', async () => {
    const { pool } = bounded();
    const held = await take(pool);
    const startedAt = performance.now();
    const problem = await refusal(pool);
    const waitedMs = performance.now() - startedAt;
    expect([problem.kind.code, problem.kind.status]).toEqual(['HP_OVERLOADED', 503]);
    expect(problem.detail).toBe(`No database connection became free in ${waitMsMax} ms.`);
    expect(waitedMs).toBeGreaterThanOrEqual(waitMsMax - 5);
    expect(waitedMs).toBeLessThan(waitMsMax + 1_000);
    held.release();
  });

  test('gives a connection on that came too late for whoever gave up', async () => {
    const { pool, inside } = bounded();
    const held = await take(pool);
    await Promise.all([refusal(pool), refusal(pool)]);
    held.release();
    const next = await take(pool);
    await next.promise().query('SELECT 1');
    next.release();
    expect([inside._allConnections.length, inside._freeConnections.length]).toEqual([1, 1]);
    expect(inside._connectionQueue.length).toBe(0);
  });

  test('refuses with 503 at once when too many wait', async () => {
    const { pool } = bounded();
    const held = await take(pool);
    const waiting = Array.from({ length: queueLimit }, () => take(pool));
    const problem = await refusal(pool);
    expect([problem.kind.code, problem.kind.status]).toEqual(['HP_OVERLOADED', 503]);
    expect(problem.detail).toBe('Too many requests wait for a database connection.');
    held.release();
    for (const waiter of waiting) (await waiter).release(); // those who waited are served
  });

  test('gives up a statement, and its connection, that is not answered in time', async () => {
    const { pool, inside } = bounded();
    const slow = await take(pool);
    const startedAt = performance.now();
    const error = await slow
      .promise()
      .query('SELECT SLEEP(5)')
      .catch((failure) => failure);
    expect(error).toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(answerMsMax + 1_000);
    slow.release();
    expect(inside._allConnections.length).toBe(0);
    const next = await take(pool);
    const [rows] = await next.promise().query('SELECT ? AS one', [1]);
    expect(rows).toEqual([{ one: 1 }]);
    next.release();
  });

  test('lets a migration take as long as it takes', async () => {
    const { pool } = bounded();
    const slow = await take(pool);
    const work = () => slow.promise().query(`SELECT SLEEP(${(2 * answerMsMax) / 1_000}) AS slept`);
    const [rows] = await withoutAnswerBound(slow, work);
    expect(rows).toEqual([{ slept: 0 }]);
    slow.release();
  });

  test('tells all who wait as soon as one of them finds nobody at the address', async () => {
    const server = createServer(); // takes connections, and never says anything
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { pool } = bounded(`mysql://u:p@127.0.0.1:${port}/x`, { connectTimeout: 100 });
    const startedAt = performance.now();
    const refusals = await Promise.all([refusal(pool), refusal(pool), refusal(pool)]);
    server.close();
    expect(refusals.map(({ kind }) => kind.code)).toEqual(Array(3).fill('HP_STORE_UNAVAILABLE'));
    expect(performance.now() - startedAt).toBeLessThan(waitMsMax);
  });

  test('refuses with 503 when nobody answers at the address', async () => {
    const { pool } = bounded('mysql://u:p@127.0.0.1:1/x');
    const problem = await refusal(pool);
    expect([problem.kind.code, problem.kind.status]).toEqual(['HP_STORE_UNAVAILABLE', 503]);
    expect(JSON.stringify(problem.body())).not.toContain('127.0.0.1');
  });
});

describe('migrations', () => {
  const sources: Awaited<ReturnType<typeof connect>>[] = [];
  const open = async (POOL_SIZE: number) => {
    const source = await connect(createDataSource({ DATABASE_URL: stores.databaseUrl, POOL_SIZE }));
    sources.push(source);
    return source;
  };
  afterAll(() => Promise.all(sources.map((source) => source.destroy())));

  test('of several processes at once are done once, and need no more than one connection', async () => {
    const starting = await Promise.all([open(1), open(1), open(1)]);
    await Promise.all(starting.map(migrate));
    const [source] = starting;
    const names = await source?.query('SELECT name FROM migrations');
    expect(names).toEqual([
      { name: 'CreateIssues1700000000001' },
      { name: 'AddProject1700000000003' },
    ]);
    expect(await source?.query('SELECT COUNT(*) AS n FROM issues')).toEqual([{ n: '0' }]);
  });

  test('those who connect at once get one pool', async () => {
    const source = createDataSource({ DATABASE_URL: stores.databaseUrl, POOL_SIZE: 3 });
    sources.push(source);
    const [asking] = [await open(1)];
    const connections = async () => {
      const [row] = await asking.query(
        'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE()',
      );
      return Number(row.n);
    };
    const before = await connections();
    await Promise.all(Array.from({ length: 20 }, () => connect(source)));
    expect((await connections()) - before).toBeLessThanOrEqual(1);
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('make the table that the entity describes', async () => {
    const source = await open(1);
    await migrate(source);
    const stored: { column: string; type: string; nullable: string }[] = await source.query(
      `SELECT column_name AS 'column', data_type AS 'type', is_nullable AS 'nullable'
       FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = 'issues' ORDER BY ordinal_position`,
    );
    const described = source.getMetadata(Issue).columns.map((column) => ({
      column: column.databaseName,
      type: column.type,
      nullable: column.isNullable ? 'YES' : 'NO',
    }));
    expect(stored).toEqual(described);
  });

  test('can be undone', async () => {
    const source = await open(2);
    await migrate(source);
    await source.query(`INSERT INTO issues (fingerprint, message, level, count, first_seen_at, last_seen_at)
      VALUES ('${'a'.repeat(64)}', 'from before there were projects', 'error', 7, NOW(3), NOW(3))`);
    await source.undoLastMigration();
    expect(await source.query("SHOW COLUMNS FROM issues LIKE 'project'")).toEqual([]);
    await migrate(source);
    const kept = await source.query('SELECT count, project FROM issues');
    expect(kept).toEqual([{ count: '7', project: 'default' }]);
    await source.undoLastMigration();
    await source.undoLastMigration();
    expect(await source.query("SHOW TABLES LIKE 'issues'")).toEqual([]);
    await migrate(source);
  });
});
