import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { RigError } from '../rig/rig-error.js';

const askMsMax = 5_000;
/** InnoDB shows a copy of its locks, and renews it only when nobody has looked for 100 ms. */
const lookEveryMs = 150;

export interface HeldRow {
  readonly heldMs: number;
  /** Most transactions that were seen to wait for this one at once. */
  readonly waitingMax: number;
}

/**
 * Holds the lock on an issue's row, and counts who waits for it meanwhile.
 * Throws what mysql2 throws, and RigError when there is no such row.
 * @param databaseUrl mysql://user:password@host:port/database
 * @param onHeld once, as soon as it is held
 */
export async function holdRow(
  databaseUrl: string,
  fingerprint: string,
  forMs: number,
  onHeld?: () => void,
): Promise<HeldRow> {
  const connection = await createConnection({ uri: databaseUrl, connectTimeout: askMsMax });
  try {
    const waiting = waitersQuery(await versionOf(connection));
    await connection.query('START TRANSACTION');
    const [rows] = await connection.query<RowDataPacket[]>({
      sql: 'SELECT id FROM issues WHERE fingerprint = ? FOR UPDATE',
      values: [fingerprint],
      timeout: askMsMax,
    });
    if (rows.length === 0) throw new RigError('the hottest issue has no row that could be held');
    const since = performance.now();
    onHeld?.();
    let waitingMax = 0;
    for (;;) {
      const leftMs = forMs - (performance.now() - since);
      if (leftMs <= 0) break;
      await pause(Math.min(leftMs, lookEveryMs));
      const [[seen]] = await connection.query<RowDataPacket[]>(waiting);
      waitingMax = Math.max(waitingMax, Number(seen?.waiting));
    }
    await connection.query('ROLLBACK');
    return { heldMs: performance.now() - since, waitingMax };
  } finally {
    connection.destroy(); // a transaction that is left goes with it
  }
}

async function versionOf(connection: Connection): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return String(row?.version);
}

/** Who waits for this connection's transaction, each server by its own table. */
function waitersQuery(version: string): string {
  const own =
    'SELECT trx_id FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()';
  return /mariadb/i.test(version)
    ? `SELECT COUNT(DISTINCT requesting_trx_id) AS waiting FROM information_schema.innodb_lock_waits
       WHERE blocking_trx_id = (${own})`
    : `SELECT COUNT(DISTINCT requesting_engine_transaction_id) AS waiting
       FROM performance_schema.data_lock_waits WHERE blocking_engine_transaction_id = (${own})`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
