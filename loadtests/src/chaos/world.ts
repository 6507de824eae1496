/** Everything that chaos breaks: both stores, the async arm's processes, and the links between them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ArmPart, type ArmStores, startPart } from '../rig/arm.js';
import { buildFaultPage, FaultPage } from '../rig/fault-page.js';
import { Link } from '../rig/link.js';
import { type MysqlServer, startMysql } from '../rig/mysql-server.js';
import type { RigProcess } from '../rig/process.js';
import { type RedisServer, startRedis } from '../rig/redis-server.js';
import type { Death, RigDirectory } from '../rig/rig-directory.js';
import { mountSmallDisk, type SmallDisk } from '../rig/small-disk.js';
import type { LinkName, ServiceName } from './fault-kinds.js';
import { writeProjectsFile } from './projects.js';
import { Supervised } from './supervised.js';

const database = 'chaos';
/** Room for what a world's schedules write, and for a rewrite of the append-only file. */
const diskMegabytes = { journal: 64, redis: 128 } as const;
/** Often, so that the sync is hit; and every limit wide enough that load alone refuses nothing but what is over a project's rate. */
const armSettings = {
  SYNC_INTERVAL_MS: '150',
  DRAIN_MS_MAX: '3000',
  JOURNAL_BYTES_MAX: String(32 * 1_048_576),
};

export type Second = 'second api' | 'second worker';

export interface World {
  readonly dir: RigDirectory;
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
  readonly databaseUrl: string;
  readonly journalDirectory: string;
  readonly redisDirectory: string;
  readonly services: Readonly<Record<ServiceName | Second, Supervised>>;
  readonly links: Readonly<Record<LinkName, Link>>;
  /** Null without a C compiler. */
  readonly pages: Readonly<Record<ServiceName, FaultPage>> | null;
  /** Null where no disk can be mounted. */
  readonly disks: Readonly<Record<'api' | 'redis', SmallDisk>> | null;
  /** Processes that ended and were not asked to. */
  readonly deaths: Death[];
}

/** @throws {RigError} when something does not start */
export async function openWorld(dir: RigDirectory, signal: AbortSignal): Promise<World> {
  const library = await buildFaultPage(dir);
  const page = (name: ServiceName) => new FaultPage(dir, library ?? '', name);
  const pages =
    library === null
      ? null
      : { api: page('api'), worker: page('worker'), redis: page('redis'), mysql: page('mysql') };
  const disks = await mountDisks(dir);
  const redisDirectory = disks?.redis.path ?? dir.directory('redis/data');
  const [mysql, redis] = await Promise.all([
    startMysql(dir, { env: pages?.mysql.env ?? {} }),
    startRedis(dir, {
      env: pages?.redis.env ?? {},
      settings: [`dir "${redisDirectory}"`, 'auto-aof-rewrite-min-size 16mb'],
    }),
  ]);
  await mysql.createDatabase(database);
  const journalDirectory = join(disks?.api.path ?? dir.path, 'journal');
  rmSync(journalDirectory, { recursive: true, force: true });
  const parts = new Parts(dir, { mysql, redis, journalDirectory, pages });
  const links = await parts.openLinks();
  const services = parts.supervise(signal);
  await services.worker.up(); // first, as it makes the tables
  await services.api.up();
  const deaths: Death[] = [];
  dir.onDeath((death) => deaths.push(death));
  return {
    ...{ dir, mysql, redis, journalDirectory, redisDirectory, services, links, pages, disks },
    ...{ databaseUrl: mysql.url(database), deaths },
  };
}

async function mountDisks(dir: RigDirectory): Promise<World['disks']> {
  const api = await mountSmallDisk(dir, 'small-disk-api', diskMegabytes.journal);
  const redis = await mountSmallDisk(dir, 'small-disk-redis', diskMegabytes.redis);
  return api === null || redis === null ? null : { api, redis };
}

interface Around extends Pick<World, 'mysql' | 'redis' | 'journalDirectory' | 'pages'> {}

/** Starts the arm's processes, whose stores they reach by links. */
class Parts {
  private readonly projectsFile: string;
  private readonly started = new Map<ArmPart | Second, RigProcess>();
  private links: Record<LinkName, Link> | null = null;

  constructor(
    private readonly dir: RigDirectory,
    private readonly around: Around,
  ) {
    this.projectsFile = writeProjectsFile(dir);
  }

  async openLinks(): Promise<Record<LinkName, Link>> {
    const { mysql, redis } = this.around;
    const to = (port: () => number) => Link.open(this.dir, port);
    const portOf = (url: string | null | undefined) => Number(new URL(url ?? 'tcp://[::]').port);
    const redisPort = () => portOf(redis.url);
    this.links = {
      'client-api': await to(() => portOf(this.started.get('api')?.url)),
      'api-redis': await to(redisPort),
      'worker-redis': await to(redisPort),
      'worker-mysql': await to(() => portOf(mysql.url(''))),
    };
    return this.links;
  }

  supervise(signal: AbortSignal): World['services'] {
    const { mysql, redis } = this.around;
    const store = (name: 'mysql' | 'redis', server: MysqlServer | RedisServer) =>
      new Supervised(
        name,
        () => server.process,
        () => server.restart(),
        signal,
      );
    const part = (part: ArmPart, name: ArmPart | Second) =>
      new Supervised(
        name,
        () => this.started.get(name) ?? null,
        () => this.start(part, name),
        signal,
      );
    return {
      ...{ mysql: store('mysql', mysql), redis: store('redis', redis) },
      ...{ api: part('api', 'api'), worker: part('worker', 'worker') },
      'second api': part('api', 'second api'),
      'second worker': part('worker', 'second worker'),
    };
  }

  private async start(part: ArmPart, name: ArmPart | Second): Promise<void> {
    const old = this.started.get(name);
    const port = old === undefined ? 0 : Number(new URL(old.url ?? '').port);
    this.started.set(name, await startPart('async', part, this.storesOf(part, name), port));
  }

  /** A second process goes without links and pages: a fault of the first one leaves it alone. */
  private storesOf(part: ArmPart, name: ArmPart | Second): ArmStores {
    const { mysql, redis, journalDirectory, pages } = this.around;
    const { dir, links } = this;
    const settings = {
      ...{ ...armSettings, JOURNAL_DIRECTORY: journalDirectory },
      PROJECTS_FILE: this.projectsFile,
    };
    if (name !== part || links === null) return { dir, mysql, redis, database, env: settings };
    const env = { ...settings, ...pages?.[part].env };
    const throughLink = { url: (of: string) => links['worker-mysql'].urlOf(mysql.url(of)) };
    return {
      ...{ dir, database, env, mysql: part === 'worker' ? throughLink : mysql },
      redis: { url: links[part === 'api' ? 'api-redis' : 'worker-redis'].urlOf(redis.url) },
    };
  }
}

/** Everything heals: what is frozen goes on, what is gone is started, what is held is let go. */
export async function calm(world: World): Promise<void> {
  for (const link of Object.values(world.links)) link.heal();
  for (const disk of Object.values(world.disks ?? {})) disk.empty();
  for (const page of Object.values(world.pages ?? {})) {
    page.delayFsyncs(0);
    page.stepClock(0);
  }
  const { services } = world;
  for (const { process } of Object.values(services)) await process?.kill('SIGCONT');
  for (const name of ['second api', 'second worker'] as const) await services[name].process?.stop();
  await Promise.all([services.mysql.up(), services.redis.up()]);
  await Promise.all([services.worker.up(), services.api.up()]);
}
