import { attachMysql, type MysqlAddress } from './mysql-server.js';
import { askRedis, attachRedis, type RedisAddress } from './redis-server.js';

/** The two servers that a whole test suite shares, by their URLs with passwords. */
export interface SharedStores {
  readonly mysqlUrl: string;
  readonly redisUrl: string;
}

/** One test file's part of the shared servers: empty, and nobody else's. */
export interface OwnStores {
  readonly mysql: MysqlAddress;
  readonly redis: RedisAddress;
  /** Name of the database that was made. */
  readonly database: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** The suite's Redis has this many; database 0 only counts who took which. */
export const sharedRedisDatabases = 1_024;

/** Makes a database in both servers for the caller alone. The name is for people who look. */
export async function takeStores(shared: SharedStores, name: string): Promise<OwnStores> {
  const taken = await askRedis(shared.redisUrl, (client) => client.incr('databases-taken'));
  const number = 1 + (taken % (sharedRedisDatabases - 1));
  const database = `t${taken}_${name.replace(/\W+/g, '_').slice(0, 40)}`;
  const mysql = attachMysql(shared.mysqlUrl);
  await mysql.createDatabase(database);
  const redisUrl = new URL(`/${number}`, shared.redisUrl).href;
  const redis = attachRedis(redisUrl);
  await redis.flush();
  return { mysql, redis, database, databaseUrl: mysql.url(database), redisUrl };
}
