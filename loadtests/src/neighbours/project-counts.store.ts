import { createConnection, type RowDataPacket } from 'mysql2/promise';

const connectMsMax = 5_000;
const queryMsMax = 30_000;

/**
 * Project → events stored, straight from the table. Throws what mysql2 throws.
 * @param databaseUrl mysql://user:password@host:port/database
 */
export async function readProjectCounts(databaseUrl: string): Promise<Map<string, number>> {
  const connection = await createConnection({ uri: databaseUrl, connectTimeout: connectMsMax });
  try {
    const [rows] = await connection.query<RowDataPacket[]>({
      sql: 'SELECT project, SUM(count) AS events FROM issues GROUP BY project',
      timeout: queryMsMax,
    });
    return new Map(rows.map(({ project, events }) => [project, Number(events)]));
  } finally {
    connection.destroy();
  }
}
