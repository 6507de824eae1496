/** One DataSource a process, with every bound that mysql2 lacks written at the call. */
import {
  DataSource,
  type EntityTarget,
  MigrationExecutor,
  type MigrationInterface,
  type ObjectLiteral,
  type QueryRunner,
} from 'typeorm';
import * as limits from '../limits.js';
import type { PhaseClock } from '../phase-clock.js';
import type { MysqlSettings } from '../settings.js';
import { Issue } from './issue.entity.js';
import { CreateIssues1700000000001 } from './migrations/1-create-issues.js';
import { AddProject1700000000003 } from './migrations/3-add-project.js';
import {
  askFor,
  boundPool,
  type Mysql2Pool,
  type PoolBounds,
  withoutAnswerBound,
} from './pool-bounds.js';

export interface DataSourceExtras {
  readonly entities?: readonly EntityTarget<ObjectLiteral>[];
  readonly migrations?: readonly (new () => MigrationInterface)[];
}

/** Not connected yet: `connect()` does that. */
export function createDataSource(
  settings: MysqlSettings,
  { entities = [], migrations = [] }: DataSourceExtras = {},
): DataSource {
  return new DataSource({
    type: 'mysql',
    url: settings.DATABASE_URL,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: limits.mysqlConnectMsMax,
    poolSize: settings.POOL_SIZE,
    extra: { queueLimit: limits.poolPendingRequestsMax, enableKeepAlive: true },
    entities: [Issue, ...entities] as never,
    migrations: [CreateIssues1700000000001, AddProject1700000000003, ...migrations] as never,
  });
}

const connecting = new WeakMap<DataSource, Promise<DataSource>>();

/**
 * Connects, bounds the pool and measures it; those who ask at once get one pool, of which TypeORM would make as many.
 * @throws {Error} from mysql2 when the server does not answer
 */
export function connect(source: DataSource, bounds?: PoolBounds): Promise<DataSource> {
  const under =
    connecting.get(source) ?? connectOnce(source, bounds).finally(() => connecting.delete(source));
  connecting.set(source, under);
  return under;
}

async function connectOnce(source: DataSource, bounds?: PoolBounds): Promise<DataSource> {
  if (source.isInitialized) return source;
  await source.initialize();
  boundPool((source.driver as unknown as { pool: Mysql2Pool }).pool, bounds);
  return source;
}

/**
 * The same source for one request, whose clock sees its waits for a connection.
 * Not by AsyncLocalStorage: on Node 20 that costs a request through TypeORM some 90 µs, a tenth of it.
 */
export function clocked(source: DataSource, clock: PhaseClock): DataSource {
  const own: DataSource = Object.create(source);
  own.createQueryRunner = (mode) => {
    const runner = source.createQueryRunner(mode);
    const connect = runner.connect.bind(runner);
    runner.connect = () => askFor(clock, connect);
    return runner;
  };
  return Object.assign(own, { manager: own.createEntityManager() });
}

/** Brings the schema up to date; two processes at once are made to take turns by a named lock. */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await withoutAnswerBound(await runner.connect(), () => migrateAlone(source, runner));
  } finally {
    await runner.release();
  }
}

async function migrateAlone(source: DataSource, runner: QueryRunner): Promise<void> {
  const [row] = await runner.query('SELECT GET_LOCK(CONCAT(DATABASE(), ".migrate"), 30) AS held');
  if (Number(row.held) !== 1) throw new Error('another process has been migrating for 30 s');
  // Not source.runMigrations(): it takes a second connection, and waits for it if the pool is one large.
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'all';
  await executor.executePendingMigrations();
  await runner.query('SELECT RELEASE_LOCK(CONCAT(DATABASE(), ".migrate"))');
}

/** Whether MySQL answers now; never rejects. The caller bounds how long it waits. */
export const answers = (source: DataSource): Promise<boolean> =>
  source.query('SELECT 1').then(
    () => true,
    () => false,
  );
