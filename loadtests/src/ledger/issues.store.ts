import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** Rows a query: 10,000 × about 80 bytes, so that a million issues never lie in one answer. */
const pageRowsMax = 10_000;
const connectMsMax = 5_000;
const queryMsMax = 30_000;

interface CountRow extends RowDataPacket {
  readonly id: string;
  readonly fingerprint: string;
  readonly count: string;
}

/**
 * What an arm has stored: fingerprint → count, straight from its table and never through its code.
 * Throws what mysql2 throws, and RangeError on a count beyond 2^53.
 * @param databaseUrl mysql://user:password@host:port/database
 */
export async function readStoredCounts(databaseUrl: string): Promise<Map<string, number>> {
  const connection = await createConnection({
    uri: databaseUrl,
    connectTimeout: connectMsMax,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  try {
    const counts = new Map<string, number>();
    let after = '0';
    for (;;) {
      const [rows] = await connection.query<CountRow[]>({
        sql: 'SELECT id, fingerprint, count FROM issues WHERE id > ? ORDER BY id LIMIT ?',
        values: [after, pageRowsMax],
        timeout: queryMsMax,
      });
      for (const row of rows) counts.set(row.fingerprint, safeCount(row));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRowsMax) return counts;
      after = last.id;
    }
  } finally {
    connection.destroy();
  }
}

function safeCount({ fingerprint, count }: CountRow): number {
  const value = Number(count);
  if (!Number.isSafeInteger(value)) throw new RangeError(`count of ${fingerprint}: ${count}`);
  return value;
}
