/** The rows under audit, straight from MySQL and never through the arm. */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { StoredIssue } from './audit.js';

const connectMsMax = 5_000;
const queryMsMax = 10_000;
/** A schedule makes some thousands; more than this were never read by mistake. */
const rowsMax = 100_000;

interface IssueRow extends RowDataPacket {
  readonly fingerprint: string;
  readonly message: string;
  readonly count: number;
}

export async function readIssues(databaseUrl: string): Promise<Map<string, StoredIssue>> {
  return connected(databaseUrl, async (connection) => {
    const [rows] = await connection.query<IssueRow[]>({
      sql: 'SELECT fingerprint, message, count FROM issues LIMIT ?',
      values: [rowsMax],
      timeout: queryMsMax,
    });
    return new Map(
      rows.map(({ fingerprint, message, count }) => [
        fingerprint,
        { message, count: Number(count) },
      ]),
    );
  });
}

/** Clears away what one schedule made, but for the issues that all of them know. */
export async function forgetIssues(databaseUrl: string, kept: readonly string[]): Promise<void> {
  await connected(databaseUrl, (connection) =>
    connection.query({
      sql: 'DELETE FROM issues WHERE message NOT IN (?)',
      values: [kept],
      timeout: queryMsMax,
    }),
  );
}

/** Holds one row, or with null the table, until `done` resolves. Returns the most that waited for it at once. */
export async function holdLock(
  databaseUrl: string,
  fingerprint: string | null,
  done: Promise<unknown>,
): Promise<number> {
  return connected(databaseUrl, async (connection) => {
    if (fingerprint === null) await connection.query('LOCK TABLES issues WRITE');
    else {
      await connection.query('START TRANSACTION');
      const lock = 'SELECT id FROM issues WHERE fingerprint = ? FOR UPDATE';
      await connection.query({ sql: lock, values: [fingerprint], timeout: queryMsMax });
    }
    let waitingMax = 0;
    let over = false;
    void done.then(() => {
      over = true;
    });
    while (!over) {
      waitingMax = Math.max(waitingMax, await waitingWrites(connection));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return waitingMax;
  });
}

/** Writes that have been sent to this database and are not done; innodb_trx would be a copy that lags. */
async function waitingWrites(connection: Connection): Promise<number> {
  const [[seen]] = await connection.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS waiting FROM information_schema.processlist
     WHERE db = DATABASE() AND info LIKE 'INSERT INTO %issues%'`,
  );
  return Number(seen?.waiting);
}

async function connected<T>(
  databaseUrl: string,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({ uri: databaseUrl, connectTimeout: connectMsMax });
  connection.on('error', () => {}); // of a server that is killed meanwhile; the query that waits says it
  try {
    return await ask(connection);
  } finally {
    connection.destroy(); // with its locks
  }
}
