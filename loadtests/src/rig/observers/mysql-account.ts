import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { RigError } from '../rig-error.js';

const connectMsMax = 5_000;
/** The exporter's collectors ask side by side. */
const connectionsMax = 5;
/** mysql-server.ts keeps it when the server starts again. */
export const observerUser = 'hotpath_observer';

export interface MysqlAccount {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Makes the account of the MySQL exporter: it sees figures and statements, no row of ours.
 * @param serverUrl of a user who may make others
 * @throws {RigError} when the server refuses
 */
export async function makeObserverAccount(serverUrl: string): Promise<MysqlAccount> {
  const { hostname, port } = new URL(serverUrl);
  const password = randomBytes(24).toString('hex');
  const connection = await createConnection({ uri: serverUrl, connectTimeout: connectMsMax });
  const account = [observerUser, '%'];
  try {
    // Not part of what is measured, nor of what is replayed.
    await connection.query('SET sql_log_bin = 0');
    await connection.query('DROP USER IF EXISTS ?@?', account);
    await connection.query(
      `CREATE USER ?@? IDENTIFIED BY ? WITH MAX_USER_CONNECTIONS ${connectionsMax}`,
      [...account, password],
    );
    await connection.query('GRANT PROCESS, REPLICATION CLIENT ON *.* TO ?@?', account);
    await connection.query('GRANT SELECT ON performance_schema.* TO ?@?', account);
    return { host: hostname, port, user: observerUser, password };
  } catch (error) {
    throw new RigError(`MySQL refuses the exporter's account: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await connection.end();
  }
}
