/** What can happen to MySQL. Where it goes on running, its operator's own connection makes it. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { BreakableStage } from './service.ts';

export interface Trouble {
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Opened before the trouble begins, and closed when it has ended. */
function asOperator(
  databaseUrl: () => string,
  begin: (operator: Connection) => Promise<unknown>,
  end: (operator: Connection) => Promise<unknown>,
): Trouble {
  let operator: Connection;
  return {
    begin: async () => {
      operator = await createConnection(databaseUrl());
      await begin(operator);
    },
    end: async () => {
      await end(operator);
      await operator.end();
    },
  };
}

/** Ends all connections but this one, so that everybody comes again with the rights of now. */
async function endOthers(operator: Connection): Promise<void> {
  const [others] = await operator.query<RowDataPacket[]>(
    `SELECT id FROM information_schema.processlist
     WHERE id <> CONNECTION_ID() AND user = SUBSTRING_INDEX(USER(), '@', 1)`,
  );
  for (const { id } of others) await operator.query(`KILL ${id}`).catch(() => {}); // gone already
}

/** Whoever has the rights of an administrator may write all the same, so the service loses them. */
const readOnly = (databaseUrl: () => string): Trouble =>
  asOperator(
    databaseUrl,
    async (operator) => {
      await operator.query('REVOKE SUPER, READ ONLY ADMIN ON *.* FROM CURRENT_USER');
      await operator.query('SET GLOBAL read_only = 1');
      await endOthers(operator);
    },
    async (operator) => {
      await operator.query('SET GLOBAL read_only = 0');
      await operator.query('GRANT SUPER, READ ONLY ADMIN ON *.* TO CURRENT_USER');
      await endOthers(operator);
    },
  );

/** Statements that write wait until it has ended; others are answered. */
const slowWrites = (databaseUrl: () => string): Trouble =>
  asOperator(
    databaseUrl,
    (operator) => operator.query('FLUSH TABLES WITH READ LOCK'),
    (operator) => operator.query('UNLOCK TABLES'),
  );

export interface SmallDiskStage extends BreakableStage {
  /** Of MySQL; null where no disk can be had that may be filled. */
  readonly disk: { fill(): Promise<void>; empty(): void } | null;
}

/** @param refusedMs how long a killed MySQL stays away, once everybody has met it */
export function mysqlTroubles(stage: () => SmallDiskStage, { refusedMs = 0 } = {}) {
  const databaseUrl = () => stage().databaseUrl;
  const mysql = () => stage().mysql;
  return {
    killed: {
      begin: () => mysql().kill('SIGKILL'),
      end: () => pause(refusedMs).then(() => mysql().restart()),
    },
    frozen: { begin: () => mysql().kill('SIGSTOP'), end: () => mysql().kill('SIGCONT') },
    slow: slowWrites(databaseUrl),
    readOnly: readOnly(databaseUrl),
    full: {
      begin: async () => {
        const { disk } = stage();
        if (!disk) throw new Error('no disk to fill: mounting a tmpfs takes root');
        await disk.fill();
      },
      end: async () => {
        stage().disk?.empty();
        // InnoDB ends its server when a rollback finds no room.
        const answers = createConnection(databaseUrl()).then((operator) => operator.end());
        await answers.catch(() => mysql().restart());
      },
    },
  } satisfies Record<string, Trouble>;
}
