import { type MysqlServer, startMysql } from '@hotpath/loadtests/rig/mysql-server';
import { listeningAddressesOf } from '@hotpath/loadtests/rig/proc';
import { askRedis, type RedisServer, startRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';

let rig: RigDirectory;
let mysql: MysqlServer;
let redis: RedisServer;

beforeAll(async () => {
  rig = await openTemporaryRigDirectory('servers');
  [mysql, redis] = await Promise.all([startMysql(rig), startRedis(rig)]);
});

afterAll(() => rig.close());

async function query(sql: string): Promise<unknown[]> {
  const connection = await createConnection(mysql.url(''));
  try {
    const [rows] = await connection.query(sql);
    return rows as unknown[];
  } finally {
    await connection.end();
  }
}

test('MariaDB says itself that a commit is on disk before it is answered', async () => {
  const [settings] = await query(
    'SELECT @@innodb_flush_log_at_trx_commit AS log_flush, @@sync_binlog AS binlog_sync, @@log_bin AS binlog',
  );
  expect(settings).toEqual({ log_flush: 1, binlog_sync: 1, binlog: 1 });
});

test('Redis says itself that a write is on disk before it is answered, and that it evicts nothing', async () => {
  const names = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'maxmemory-policy'];
  const values = await askRedis(redis.url, async (client) => {
    const pairs = await Promise.all(names.map((name) => client.config('GET', name)));
    return pairs.map((pair) => (pair as string[])[1]);
  });
  expect(values).toEqual(['yes', 'always', 'no', 'noeviction']);
});

test('both servers listen on the loopback address alone', () => {
  const addresses = [mysql, redis].map((server) => listeningAddressesOf(server.process.pid));
  expect(addresses).toEqual([
    [`127.0.0.1:${new URL(mysql.url('')).port}`],
    [`127.0.0.1:${new URL(redis.url).port}`],
  ]);
});

test('both servers refuse who has no password', async () => {
  const { port } = new URL(mysql.url(''));
  for (const user of ['root', 'hotpath', '']) {
    const login = createConnection({ host: '127.0.0.1', port: Number(port), user });
    await expect(login).rejects.toThrow(/access denied/i);
  }
  const bare = new URL(redis.url);
  bare.password = '';
  await expect(askRedis(bare.href, (client) => client.dbsize())).rejects.toThrow(/NOAUTH/);
});

test('MariaDB killed and restarted has its data, at the same address', async () => {
  const url = mysql.url('kept');
  await mysql.createDatabase('kept');
  await query('CREATE TABLE kept.rows_ (id INT PRIMARY KEY)');
  await query('INSERT INTO kept.rows_ VALUES (7)');
  const { pid } = mysql.process;
  await mysql.kill('SIGKILL');
  await mysql.restart();
  expect(mysql.process.pid).not.toBe(pid);
  expect(mysql.url('kept')).toBe(url);
  expect(await query('SELECT id FROM kept.rows_')).toEqual([{ id: 7 }]);
});

test('Redis killed and restarted has its data, at the same address', async () => {
  const { url } = redis;
  await askRedis(url, (client) => client.set('kept', '7'));
  await redis.kill('SIGKILL');
  await redis.restart();
  expect(redis.url).toBe(url);
  expect(await askRedis(url, (client) => client.get('kept'))).toBe('7');
  await redis.flush();
  expect(await askRedis(url, (client) => client.dbsize())).toBe(0);
});

test('createDatabase empties a database that is there', async () => {
  await mysql.createDatabase('twice');
  await query('CREATE TABLE twice.leftover (id INT)');
  await mysql.createDatabase('twice');
  expect(await query('SHOW TABLES FROM twice')).toEqual([]);
});

test('an asked end is no death, an unasked one is', async () => {
  const own = await openTemporaryRigDirectory('deaths');
  try {
    const server = await startRedis(own);
    await server.restart();
    expect(own.deaths).toEqual([]);
    const died = new Promise((resolve) => own.onDeath(resolve));
    process.kill(server.process.pid, 'SIGKILL');
    expect(await died).toMatchObject({ name: 'redis', signal: 'SIGKILL' });
  } finally {
    await own.close();
  }
});
