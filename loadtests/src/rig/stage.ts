/** One arm with databases for one test file: on the suite's servers, or on servers that it may kill. */
import { type Arm, type ArmName, startArm } from './arm.js';
import { type MysqlServer, startMysql } from './mysql-server.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { openTemporaryRigDirectory, type RigDirectory } from './rig-directory.js';
import { type SharedStores, takeStores } from './shared-stores.js';

export interface StageOptions {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly service: Arm;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export interface BreakableStage extends Stage {
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
}

/** @throws {RigError} when the arm does not start */
export function openStage(
  arm: ArmName,
  shared: SharedStores,
  { name, env = {} }: StageOptions,
): Promise<Stage> {
  return inDirectory(name, async (dir) => {
    const { mysql, redisUrl, database, databaseUrl } = await takeStores(shared, name);
    const service = await startArm(arm, { dir, mysql, redis: { url: redisUrl }, database, env });
    return { service, databaseUrl, close: () => dir.close() };
  });
}

/** @throws {RigError} when a server or the arm does not start */
export function openBreakableStage(
  arm: ArmName,
  { name, env = {} }: StageOptions,
): Promise<BreakableStage> {
  return inDirectory(name, async (dir) => {
    const [mysql, redis] = await Promise.all([startMysql(dir), startRedis(dir)]);
    const database = 'breakable';
    await mysql.createDatabase(database);
    const service = await startArm(arm, { dir, mysql, redis, database, env });
    const databaseUrl = mysql.url(database);
    return { service, databaseUrl, mysql, redis, close: () => dir.close() };
  });
}

async function inDirectory<T>(name: string, open: (dir: RigDirectory) => Promise<T>): Promise<T> {
  const dir = await openTemporaryRigDirectory(name);
  try {
    return await open(dir);
  } catch (error) {
    await dir.close();
    throw error;
  }
}
