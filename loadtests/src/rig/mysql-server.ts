import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { checkout } from '../checkout.js';
import { type DatabaseServer, onItsPort, RestartableServer } from './database-server.js';
import { withFreePort } from './free-port.js';
import { observerUser } from './observers/mysql-account.js';
import { listeningAddressesOf } from './proc.js';
import { runToEnd, startProcess } from './process.js';
import { requireProgram } from './programs.js';
import type { RigDirectory } from './rig-directory.js';

const startMsMax = 30_000;
const stopMsMax = 20_000;
const initialiseMsMax = 60_000;
const connectMsMax = 5_000;
/** Shared by compose and the rig, so that durability can't differ between them. */
const settingsFile = join(checkout, 'deploy/my.cnf');

/** Where databases can be made and reached: a server of ours, or one that somebody else started. */
export interface MysqlAddress {
  url(database: string): string;
  /** Dropped first when it is there. */
  createDatabase(name: string): Promise<void>;
}

export interface MysqlServer extends MysqlAddress, DatabaseServer {}

export interface MysqlOptions {
  /** Name of its directory and process, when there is more than one in a rig. */
  readonly name?: string;
  /** More flags for the server, after those of deploy/my.cnf. */
  readonly flags?: readonly string[];
  /** Of the server, beside PATH and the like. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a MariaDB of our own on a free port of 127.0.0.1, with a fresh data directory and a random
 * password, and the durability of deploy/my.cnf.
 * @throws {RigError} when it is not installed or does not start
 */
export async function startMysql(
  directory: RigDirectory,
  { name = 'mysql', flags = [], env = {} }: MysqlOptions = {},
): Promise<MysqlServer> {
  const program = requireProgram('mariadbd');
  const home = directory.directory(name);
  const data = join(home, 'data');
  // Never an old one: a crash of an earlier version or half an initialisation can't haunt this run.
  rmSync(data, { recursive: true, force: true });
  // Its own: a server that starts clears temporary tables out of this directory, also those of others.
  const temporary = directory.directory(`${name}/tmp`);
  await initialise(directory, name, data, temporary);
  const password = randomBytes(24).toString('hex');
  const initFile = join(home, 'init.sql');
  writeFileSync(initFile, accounts(password), { mode: 0o600 });

  const start = (port: number) =>
    startProcess(directory, {
      name,
      command: program,
      args: [
        ...commonFlags(data, temporary),
        `--port=${port}`,
        `--init-file=${initFile}`,
        ...flags,
      ],
      env,
      startMsMax,
      stopMsMax,
      ready: ({ pid, log }) => provenUrl({ pid, log: log(), port, password, data }),
    });
  const process = await withFreePort(start);
  return new OwnMysqlServer(process, onItsPort(start));
}

/** Databases on a server that was started elsewhere, by its URL with user and password. */
export function attachMysql(serverUrl: string): MysqlAddress {
  return {
    url: (database) => databaseUrl(serverUrl, database),
    createDatabase: (name) => createDatabase(serverUrl, name),
  };
}

class OwnMysqlServer extends RestartableServer implements MysqlServer {
  url(database: string): string {
    return databaseUrl(this.process.url ?? '', database);
  }

  createDatabase(name: string): Promise<void> {
    return createDatabase(this.process.url ?? '', name);
  }
}

function databaseUrl(serverUrl: string, database: string): string {
  return new URL(`/${database}`, serverUrl).href;
}

async function createDatabase(serverUrl: string, name: string): Promise<void> {
  const connection = await connect(serverUrl);
  try {
    await connection.query('DROP DATABASE IF EXISTS ??', [name]);
    await connection.query('CREATE DATABASE ??', [name]);
  } finally {
    await connection.end();
  }
}

function connect(url: string): Promise<Connection> {
  return createConnection({ uri: url, connectTimeout: connectMsMax });
}

/** Flags that don't change from start to start. Relative paths are below the data directory. */
function commonFlags(data: string, temporary: string): string[] {
  return [
    `--defaults-file=${settingsFile}`, // must come first, and shuts out the system's settings
    ...userFlag(),
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    '--bind-address=127.0.0.1',
    '--socket=mysql.sock', // relative: a socket's path may have 107 characters only
    '--pid-file=mysql.pid',
  ];
}

/** The server refuses to run as root unless it is told to: it owns nothing but its directory here. */
function userFlag(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

async function initialise(
  directory: RigDirectory,
  name: string,
  data: string,
  temporary: string,
): Promise<void> {
  await runToEnd(directory, {
    name: `${name}-initialise`,
    command: requireProgram('mariadb-install-db'),
    args: [
      `--defaults-file=${settingsFile}`,
      ...userFlag(),
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-log-bin',
    ],
    msMax: initialiseMsMax,
  });
}

/** Run by the server before it accepts anybody: one account with a password, none without. */
function accounts(password: string): string {
  return [
    'SET sql_log_bin = 0;',
    `CREATE OR REPLACE USER 'hotpath'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    "GRANT ALL ON *.* TO 'hotpath'@'127.0.0.1' WITH GRANT OPTION;",
    // A new data directory lets root in without one from several addresses, and anybody nameless.
    `DELETE FROM mysql.global_priv WHERE User NOT IN ('hotpath', '${observerUser}', 'mariadb.sys');`,
    'FLUSH PRIVILEGES;',
    '',
  ].join('\n');
}

/**
 * The server's URL once three things agree: it says that it is ready, the port belongs to the process
 * that we started, and the server that lets us in with our password has our data directory.
 */
async function provenUrl(started: {
  pid: number;
  log: string;
  port: number;
  password: string;
  data: string;
}): Promise<string | undefined> {
  if (!started.log.includes('ready for connections')) return undefined;
  if (!listeningAddressesOf(started.pid).includes(`127.0.0.1:${started.port}`)) return undefined;
  const url = `mysql://hotpath:${started.password}@127.0.0.1:${started.port}/`;
  const connection = await connect(url);
  try {
    const pidFile = readFileSync(join(started.data, 'mysql.pid'), 'utf8');
    return Number(pidFile) === started.pid ? url : undefined;
  } finally {
    await connection.end();
  }
}
