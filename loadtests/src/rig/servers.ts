import { createConnection } from 'mysql2/promise';
import type { RigKind } from '../config.js';
import { composeProblem } from './compose-project.js';
import { startComposeStores } from './compose-stores.js';
import { type MysqlServer, startMysql } from './mysql-server.js';
import { installSentence, missingServers } from './programs.js';
import { askRedis, type RedisServer, startRedis } from './redis-server.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';

const askMsMax = 5_000;

/** Where the two databases run. The arms run as bare processes in any case. */
export type Place = Exclude<RigKind, 'auto'>;

export interface Servers {
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
}

/**
 * 'auto' takes the servers that are installed, and Docker when they are not.
 * @throws {RigError} when what was asked for is not here, with the command that gets it
 */
export async function placeOf(kind: RigKind): Promise<Place> {
  const missing = missingServers();
  if (kind !== 'compose' && missing.length === 0) return 'native';
  const problem = await composeProblem();
  if (kind !== 'native' && problem === null) return 'compose';
  if (kind === 'compose') throw new RigError(`--rig compose: ${problem}`);
  throw new RigError(`${missing.join(', ')} missing. ${installSentence(missing)}`);
}

/**
 * @param env of both servers; native ones alone can have any
 * @throws {RigError} when one does not start
 */
export async function startServers(
  place: Place,
  directory: RigDirectory,
  env: Readonly<Record<string, string>> = {},
): Promise<Servers> {
  if (place === 'compose') {
    if (Object.keys(env).length > 0) throw new RigError('servers in compose take no environment');
    return startComposeStores(directory);
  }
  const [mysql, redis] = await Promise.all([
    startMysql(directory, { env }),
    startRedis(directory, { env }),
  ]);
  return { mysql, redis };
}

/**
 * What the running servers say they are, like {mysql: '8.4.11', valkey: '9.1.3'}. Throws what the
 * drivers throw when one doesn't answer within 5 s.
 */
export async function askVersions({ mysql, redis }: Servers): Promise<Record<string, string>> {
  const connection = await createConnection({ uri: mysql.url(''), connectTimeout: askMsMax });
  const info = await askRedis(redis.url, (client) => client.info('server'));
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION() AS v', timeout: askMsMax });
    const [{ v }] = rows as [{ v: string }];
    // '10.11.6-MariaDB-0+deb12u1' and '8.4.11'.
    const sql = { [/mariadb/i.test(v) ? 'mariadb' : 'mysql']: v.split('-')[0] as string };
    const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
    // Valkey also gives the version of the Redis that it stands in for.
    const valkey = field('valkey_version');
    if (valkey !== undefined) return { ...sql, valkey };
    return { ...sql, redis: field('redis_version') ?? 'unknown' };
  } finally {
    await connection.end();
  }
}
