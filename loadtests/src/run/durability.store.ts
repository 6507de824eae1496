import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { RunRecord } from '../run-record.js';

const askMsMax = 5_000;

/** What the servers must say for a 2xx of either arm to survive kill -9 of everything. */
const mysqlWants = { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1', log_bin: 'ON' };
const redisWants = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
};

/**
 * Asks the running servers, since a setting in a file proves nothing about the server that is up.
 * Throws what the drivers throw when a server doesn't answer within 5 s.
 */
export async function readDurability(
  mysqlUrl: string,
  redisUrl: string,
): Promise<RunRecord['durability']> {
  const [mysql, redis] = await Promise.all([readMysql(mysqlUrl), readRedis(redisUrl)]);
  const settings = { ...mysql, ...redis };
  const wants: Record<string, string> = { ...mysqlWants, ...redisWants };
  const holds = Object.entries(wants).every(([name, wanted]) => settings[name] === wanted);
  return { holds, settings };
}

async function readMysql(uri: string): Promise<Record<string, string>> {
  const connection = await createConnection({ uri, connectTimeout: askMsMax });
  try {
    const [rows] = await connection.query({
      sql: 'SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)',
      values: [Object.keys(mysqlWants)],
      timeout: askMsMax,
    });
    const named = rows as { Variable_name: string; Value: string }[];
    return Object.fromEntries(named.map((row) => [row.Variable_name, row.Value]));
  } finally {
    await connection.end();
  }
}

async function readRedis(url: string): Promise<Record<string, string>> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: askMsMax,
    commandTimeout: askMsMax,
    retryStrategy: () => null,
  });
  client.on('error', () => {}); // the rejected promises say it
  try {
    await client.connect();
    const answers = await Promise.all(
      Object.keys(redisWants).map((name) => client.config('GET', name)),
    );
    return Object.fromEntries(answers.map((answer) => answer as [string, string]));
  } finally {
    client.disconnect();
  }
}
