/** The exporters of the rig: each on a free port of 127.0.0.1, proved by what it serves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '../proc.js';
import { type RigProcess, startProcess } from '../process.js';
import type { RigDirectory } from '../rig-directory.js';
import { behindLoad } from './behind-load.js';
import { listeningUrlOf } from './listening-url.js';
import { type ObserverProgram, requireObserver } from './observer-programs.js';
import { processGroups } from './process-groups.js';

const startMsMax = 15_000;
const stopMsMax = 5_000;
const anyPort = '127.0.0.1:0';

/** What the dashboards read: of the host as a whole, at little cost a scrape. */
const hostCollectors = [
  ...['cpu', 'diskstats', 'filefd', 'filesystem', 'loadavg', 'meminfo', 'netdev', 'netstat'],
  ...['pressure', 'sockstat', 'stat', 'time', 'timex', 'uname', 'vmstat'],
];

/** No more than the dashboards ask for: all of performance_schema took MySQL 80 ms a scrape, and naive 3 ms of p95. */
const mysqlCollectors = [
  ...['global_status', 'global_variables'],
  ...['perf_schema.eventsstatements', 'perf_schema.file_events'],
];

export function startNodeExporter(directory: RigDirectory): Promise<RigProcess> {
  return startExporter(directory, 'node-exporter', [
    '--collector.disable-defaults',
    ...hostCollectors.map((name) => `--collector.${name}`),
    '--log.level=warn',
    `--web.listen-address=${anyPort}`,
  ]);
}

/** @param account of a user that may see performance_schema and the process list */
export function startMysqldExporter(
  directory: RigDirectory,
  account: { host: string; port: string; user: string; password: string },
): Promise<RigProcess> {
  const settings = join(directory.directory('observers'), 'mysqld-exporter.cnf');
  const lines = Object.entries(account).map(([name, value]) => `${name}=${value}`);
  writeFileSync(settings, `[client]\n${lines.join('\n')}\n`, { mode: 0o600 });
  return startExporter(directory, 'mysqld-exporter', [
    `--config.my-cnf=${settings}`,
    // On by default, and refused by MySQL 8.4.
    '--no-collect.slave_status',
    '--no-collect.info_schema.innodb_cmp',
    '--no-collect.info_schema.innodb_cmpmem',
    '--no-collect.info_schema.query_response_time',
    ...mysqlCollectors.map((name) => `--collect.${name}`),
    '--log.level=warn',
    `--web.listen-address=${anyPort}`,
  ]);
}

/** Never with -check-keys: it scans the key space at every scrape and became the bottleneck. */
export function startRedisExporter(directory: RigDirectory, redisUrl: string): Promise<RigProcess> {
  const { host, password } = new URL(redisUrl);
  return startExporter(
    directory,
    'redis-exporter',
    ['-redis.addr', `redis://${host}`, '-web.listen-address', anyPort],
    // Not a flag, which everybody on the host can read.
    { REDIS_PASSWORD: decodeURIComponent(password) },
  );
}

/** CPU and memory by service, of the processes that belong to this rig. */
export function startProcessExporter(
  directory: RigDirectory,
  pids: { readonly mysql: number; readonly redis: number },
): Promise<RigProcess> {
  const file = join(directory.directory('observers'), 'process-groups.yml');
  const [mysql, redis] = [commandLineOf(pids.mysql), commandLineOf(pids.redis)];
  writeFileSync(file, processGroups(directory.path, { mysql, redis }));
  return startExporter(directory, 'process-exporter', [
    ...['-config.path', file, '-gather-smaps=false', '-threads=false'],
    ...['-web.listen-address', anyPort],
  ]);
}

function startExporter(
  directory: RigDirectory,
  name: ObserverProgram,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RigProcess> {
  return startProcess(directory, {
    ...{ name, ...behindLoad(requireObserver(name), args), startMsMax, stopMsMax },
    // One core is enough for a page a second, and leaves the other to what is measured.
    env: { GOMAXPROCS: '1', ...env },
    ready: ({ pid }) => listeningUrlOf(pid, '/metrics'),
  });
}
