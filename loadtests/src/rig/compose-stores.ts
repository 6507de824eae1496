import { randomBytes } from 'node:crypto';
import { ContainerProcess, serverBelow } from './compose-process.js';
import { composeArguments, docker, sweepProject, writeProjectFiles } from './compose-project.js';
import { RestartableServer } from './database-server.js';
import { freePort, withFreePort } from './free-port.js';
import { attachMysql, type MysqlAddress, type MysqlServer } from './mysql-server.js';
import { askRedis, type RedisServer } from './redis-server.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';

/** A first start also fetches the two images. */
const upMsMax = 600_000;
const askMsMax = 20_000;

/** What withFreePort looks for. */
const portTaken = 'address already in use';

type Service = 'mysql' | 'redis';

export interface ComposeStores {
  readonly mysql: MysqlServer;
  readonly redis: RedisServer;
}

/**
 * Starts MySQL and Valkey as docker-compose.yml describes them: a project of this directory's own, free
 * ports of 127.0.0.1, fresh secrets, empty volumes.
 * Trade: traffic passes Docker's port forwarding, whose CPU time is charged to nobody.
 * Guarantee: containers and volumes end with the directory's close(); after a crash the next owner's
 * openRigDirectory() removes them. A container that dies is not started again.
 * @throws {RigError} when Docker can't start them, or runs them where /proc doesn't show them
 */
export async function startComposeStores(directory: RigDirectory): Promise<ComposeStores> {
  const project = new Project(directory);
  directory.onClose(() => project.close());
  return withFreePort(async (mysqlPort) => {
    await project.removeLeftovers(); // of an attempt with a port that somebody else took
    const ports = { HOTPATH_MYSQL_PORT: mysqlPort, HOTPATH_REDIS_PORT: await freePort() };
    const { HOTPATH_REDIS_PASSWORD } = writeProjectFiles(directory.path, ports);
    await project.up(['mysql', 'redis']);
    const password = randomBytes(24).toString('hex');
    await project.makeAdministrator(password);
    const urls = {
      mysql: `mysql://hotpath:${password}@127.0.0.1:${ports.HOTPATH_MYSQL_PORT}/`,
      redis: `redis://:${HOTPATH_REDIS_PASSWORD}@127.0.0.1:${ports.HOTPATH_REDIS_PORT}/0`,
    };
    return {
      mysql: new ComposeMysql(
        project,
        'mysql',
        urls.mysql,
        await project.watch('mysql', urls.mysql),
      ),
      redis: new ComposeRedis(
        project,
        'redis',
        urls.redis,
        await project.watch('redis', urls.redis),
      ),
    };
  });
}

/** The two services of one rig directory. */
class Project {
  private readonly closing = new AbortController();
  private readonly watched = new Set<ContainerProcess>();

  constructor(readonly directory: RigDirectory) {}

  /** Runs a subcommand of compose, until close() at the longest. */
  compose(args: readonly string[], msMax: number, input = ''): Promise<string> {
    this.directory.assertOpen();
    const { signal } = this.closing;
    return docker([...composeArguments(this.directory.path), ...args], { msMax, input, signal });
  }

  /** Starts them, or starts them again, and waits until their healthchecks pass. */
  async up(services: readonly Service[]): Promise<void> {
    try {
      await this.compose(['up', '--detach', '--wait', '--no-recreate', ...services], upMsMax);
    } catch (error) {
      const message = (error as Error).message.replace('port is already allocated', portTaken);
      // Compose itself only says that a container ended.
      const logs = await this.compose(['logs', '--no-color', '--tail', '15'], askMsMax).catch(
        () => '',
      );
      throw new RigError(`${message}\n${logs.trimEnd()}`);
    }
  }

  /**
   * An account that may make databases. The compose file's arms may not, and its root has no way in over
   * the network. The password goes over standard input, where no process list shows it.
   */
  async makeAdministrator(password: string): Promise<void> {
    const client = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql --protocol=socket -uroot';
    const sql =
      `CREATE USER 'hotpath'@'%' IDENTIFIED BY '${password}';\n` +
      "GRANT ALL ON *.* TO 'hotpath'@'%' WITH GRANT OPTION;\n";
    await this.compose(['exec', '--no-TTY', 'mysql', 'sh', '-c', client], askMsMax, sql);
  }

  /** The process of a service that is up. */
  async watch(service: Service, url: string): Promise<ContainerProcess> {
    const id = (await this.compose(['ps', '--quiet', service], askMsMax)).trim();
    const format = '{{.State.Pid}}';
    const init = Number(await docker(['inspect', '--format', format, id], { msMax: askMsMax }));
    const container = new ContainerProcess(service, id, serverBelow(init), url, this.directory);
    this.watched.add(container);
    return container;
  }

  removeLeftovers(): Promise<string[]> {
    return sweepProject(this.directory.path);
  }

  /** Their logs stay in the rig's directory, their data doesn't. */
  async close(): Promise<void> {
    this.closing.abort();
    for (const container of this.watched) await container.expectEnd();
    await this.removeLeftovers();
    for (const container of this.watched) await container.exited;
  }
}

/** A container that ended is brought up again by compose, with its volume. */
class ContainerServer extends RestartableServer {
  constructor(
    project: Project,
    service: Service,
    protected readonly address: string,
    process: ContainerProcess,
  ) {
    super(process, async () => {
      await project.up([service]);
      return project.watch(service, address);
    });
  }
}

class ComposeMysql extends ContainerServer implements MysqlServer {
  private readonly databases: MysqlAddress = attachMysql(this.address);

  url(database: string): string {
    return this.databases.url(database);
  }

  createDatabase(name: string): Promise<void> {
    return this.databases.createDatabase(name);
  }
}

class ComposeRedis extends ContainerServer implements RedisServer {
  get url(): string {
    return this.address;
  }

  async flush(): Promise<void> {
    await askRedis(this.url, (client) => client.flushall());
  }
}
