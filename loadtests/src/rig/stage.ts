/** One arm with databases for one test file: on the suite's servers, or on servers that it may kill. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Arm, type ArmName, startArm } from './arm.js';
import { type MysqlServer, startMysql } from './mysql-server.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { openTemporaryRigDirectory, type RigDirectory } from './rig-directory.js';
import { type SharedStores, takeStores } from './shared-stores.js';
import { mountSmallDisk, type SmallDisk } from './small-disk.js';

/** An empty MariaDB takes 170 of them, with a redo log of 16. */
const smallDiskMegabytes = 320;

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
  return inDirectory(name, (dir) => breakable(arm, dir, env));
}

/** MySQL lies on a disk that can be filled; null where it can't be mounted, and MySQL lies elsewhere. */
export interface SmallDiskStage extends BreakableStage {
  readonly disk: Pick<SmallDisk, 'fill' | 'empty'> | null;
}

/**
 * Without a binlog: on a full disk MariaDB looks for room for it only once a minute, and every write waits.
 * @throws {RigError} when a server or the arm does not start
 */
export function openStageOnSmallDisk(
  arm: ArmName,
  { name, env = {} }: StageOptions,
): Promise<SmallDiskStage> {
  return inDirectory(name, async (dir) => {
    const disk = await mountSmallDisk(dir, 'mysql', smallDiskMegabytes);
    const flags = ['--skip-log-bin', '--innodb-log-file-size=16M'];
    const stage = await breakable(arm, dir, env, flags);
    return { ...stage, disk: disk && { fill: () => fillAround(disk), empty: () => disk.empty() } };
  });
}

/**
 * With what MySQL has set aside made its own first: a tmpfs gives room only when it is written to, and InnoDB
 * aborts where it can't write inside a file of its own. What is full then is the room for more.
 */
async function fillAround(disk: SmallDisk): Promise<void> {
  const entries = await readdir(disk.path, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const { size } = await stat(file);
    if (size > 0) await promisify(execFile)('fallocate', ['-l', String(size), file]);
  }
  await disk.fill();
}

async function breakable(
  arm: ArmName,
  dir: RigDirectory,
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<BreakableStage> {
  const [mysql, redis] = await Promise.all([startMysql(dir, { flags }), startRedis(dir)]);
  const database = 'breakable';
  await mysql.createDatabase(database);
  const service = await startArm(arm, { dir, mysql, redis, database, env });
  const databaseUrl = mysql.url(database);
  return { service, databaseUrl, mysql, redis, close: () => dir.close() };
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
