import { createConnection } from 'mysql2/promise';
import { askRedis } from '../rig/redis-server.js';
import type { Servers } from '../rig/servers.js';
import { medianOf } from '../statistics/median.js';

const askMsMax = 5_000;
const writes = 7;
const database = 'hotpath_fsync';

export interface SyncedWrites {
  readonly mysqlMs: number;
  readonly redisMs: number;
}

/**
 * How long one small write takes until it is on disk, median of a few; nothing of it is left.
 * Throws what the drivers throw when a server doesn't answer.
 */
export async function timeSyncedWrites({ mysql, redis }: Servers): Promise<SyncedWrites> {
  await mysql.createDatabase(database);
  const connection = await createConnection({ uri: mysql.url(database), connectTimeout: askMsMax });
  try {
    await connection.query('CREATE TABLE writes (id INT PRIMARY KEY) ENGINE = InnoDB');
    const mysqlMs = await medianTime((id) =>
      connection.query('INSERT INTO writes VALUES (?)', [id]),
    );
    const redisMs = await askRedis(redis.url, async (client) => {
      const time = await medianTime((id) => client.set('hotpath-fsync', id));
      await client.del('hotpath-fsync');
      return time;
    });
    await connection.query(`DROP DATABASE ${database}`);
    return { mysqlMs, redisMs };
  } finally {
    connection.destroy();
  }
}

async function medianTime(write: (id: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let id = 1; id <= writes; id++) {
    const start = performance.now();
    await write(id);
    times.push(performance.now() - start);
  }
  return medianOf(times);
}
