import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { checkout } from '../checkout.js';
import { type DatabaseServer, onItsPort, RestartableServer } from './database-server.js';
import { withFreePort } from './free-port.js';
import { listeningAddressesOf } from './proc.js';
import { startProcess } from './process.js';
import { requireProgram } from './programs.js';
import type { RigDirectory } from './rig-directory.js';

const startMsMax = 30_000;
const stopMsMax = 10_000;
const commandMsMax = 5_000;
/** Shared by compose and the rig, so that durability can't differ between them. */
const settingsFile = join(checkout, 'deploy/redis.conf');

/** A Redis that can be used: one of ours, or one that somebody else started. */
export interface RedisAddress {
  /** Of the server and its database 0, with the password. */
  readonly url: string;
  /** Empties every database of the server; of an attached one, only the one that its URL names. */
  flush(): Promise<void>;
}

export interface RedisServer extends RedisAddress, DatabaseServer {}

export interface RedisOptions {
  /** Name of its directory and process, when there is more than one in a rig. */
  readonly name?: string;
  /** More settings, lines of redis.conf, after those of deploy/redis.conf. */
  readonly settings?: readonly string[];
  /** Of the server, beside PATH and the like. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a Redis of our own on a free port of 127.0.0.1, empty, with a random password and the
 * durability of deploy/redis.conf.
 * @throws {RigError} when it is not installed or does not start
 */
export async function startRedis(
  directory: RigDirectory,
  { name = 'redis', settings = [], env = {} }: RedisOptions = {},
): Promise<RedisServer> {
  const program = requireProgram('redis-server');
  const home = directory.directory(name);
  rmSync(join(home, 'data'), { recursive: true, force: true });
  const data = directory.directory(`${name}/data`);
  const password = randomBytes(24).toString('hex');

  const start = (port: number) => {
    // A file that only we can read, not flags, which everybody on the host can.
    const configuration = join(home, 'redis.conf');
    writeFileSync(configuration, ownSettings({ port, data, password, settings }), { mode: 0o600 });
    return startProcess(directory, {
      name,
      command: program,
      args: [configuration],
      env,
      startMsMax,
      stopMsMax,
      ready: ({ pid, log }) => provenUrl({ pid, log: log(), port, password }),
    });
  };
  const process = await withFreePort(start);
  return new OwnRedisServer(process, onItsPort(start));
}

/** A Redis that was started elsewhere. */
export function attachRedis(url: string): RedisAddress {
  return { url, flush: () => askRedis(url, (client) => client.flushdb()).then(() => {}) };
}

class OwnRedisServer extends RestartableServer implements RedisServer {
  get url(): string {
    return this.process.url ?? '';
  }

  async flush(): Promise<void> {
    await askRedis(this.url, (client) => client.flushall());
  }
}

function ownSettings(own: {
  port: number;
  data: string;
  password: string;
  settings: readonly string[];
}): string {
  return [
    `include "${settingsFile}"`,
    'bind 127.0.0.1',
    `port ${own.port}`,
    'protected-mode yes',
    `requirepass ${own.password}`,
    `dir "${own.data}"`,
    'daemonize no',
    'logfile ""',
    ...own.settings,
    '',
  ].join('\n');
}

/** One connection, one question, no retries. */
export async function askRedis<T>(
  url: string,
  question: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: commandMsMax,
    commandTimeout: commandMsMax,
    retryStrategy: () => null,
  });
  let reason: unknown; // of a refusal at the door, which the rejected promise calls 'closed'
  client.on('error', (error) => {
    reason ??= error;
  });
  try {
    await client.connect();
    return await question(client);
  } catch (error) {
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}

/**
 * The server's URL once three things agree: it says that it is ready, the port belongs to the process
 * that we started, and the server that lets us in with our password names that process.
 */
async function provenUrl(started: {
  pid: number;
  log: string;
  port: number;
  password: string;
}): Promise<string | undefined> {
  if (!/ready to accept connections/i.test(started.log)) return undefined;
  if (!listeningAddressesOf(started.pid).includes(`127.0.0.1:${started.port}`)) return undefined;
  const url = `redis://:${started.password}@127.0.0.1:${started.port}/0`;
  const info = await askRedis(url, (client) => client.info('server'));
  return info.includes(`process_id:${started.pid}\r\n`) ? url : undefined;
}
