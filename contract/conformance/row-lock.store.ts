/** A connection beside the service under test: holds row locks and looks at who waits for them. */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

export class RowLock {
  private constructor(private readonly connection: Connection) {}

  /** Locks the row or, when there is none, the gap in which it would be inserted. */
  static async hold(databaseUrl: string, fingerprint: string): Promise<RowLock> {
    const connection = await createConnection(databaseUrl);
    await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'); // READ COMMITTED locks no gaps
    await connection.query('START TRANSACTION');
    await connection.query('SELECT id FROM issues WHERE fingerprint = ? FOR UPDATE', [fingerprint]);
    return new RowLock(connection);
  }

  /**
   * Writes that have been sent to this database and are not done. None gets past the lock, so these
   * wait for it. (innodb_trx would say LOCK WAIT, but is a copy that polling keeps from being renewed.)
   */
  async waitingWrites(): Promise<number> {
    const [rows] = await this.connection.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS waiting FROM information_schema.processlist
       WHERE db = DATABASE() AND (info LIKE 'UPDATE %' OR info LIKE 'INSERT %')`,
    );
    return Number(rows[0]?.waiting);
  }

  async release(): Promise<void> {
    await this.connection.query('ROLLBACK');
    await this.connection.end();
  }
}

/** What is stored, past the service. */
export async function storedCounts(databaseUrl: string): Promise<ReadonlyMap<string, number>> {
  const connection = await createConnection(databaseUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT fingerprint, count FROM issues');
    return new Map(rows.map(({ fingerprint, count }) => [fingerprint, Number(count)]));
  } finally {
    await connection.end();
  }
}
