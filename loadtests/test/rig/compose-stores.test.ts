/** The databases in Docker, as a study gets them. Skipped, with the reason, where no engine answers. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import {
  composeArguments,
  composeProblem,
  docker,
  projectName,
  sweepProject,
  writeProjectFiles,
} from '@hotpath/loadtests/rig/compose-project';
import { type ComposeStores, startComposeStores } from '@hotpath/loadtests/rig/compose-stores';
import { cpuMicrosecondsOf } from '@hotpath/loadtests/rig/proc';
import { askRedis } from '@hotpath/loadtests/rig/redis-server';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { askVersions, placeOf } from '@hotpath/loadtests/rig/servers';
import { readDurability } from '@hotpath/loadtests/run/durability.store';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const missing = await composeProblem();
const inDocker =
  missing === null ? 'databases in Docker' : `databases in Docker, skipped: ${missing}`;
const startMsMax = 300_000;

let rig: RigDirectory;
beforeAll(async () => {
  rig = await openTemporaryRigDirectory('compose');
});
afterAll(() => rig.close(), startMsMax);

describe('without an engine', () => {
  test('a command names its own project, files and secrets, so that it never meets those of the user', () => {
    const args = composeArguments('/somewhere/study');
    const given = (flag: string) => args[args.indexOf(flag) + 1];
    expect(args[0]).toBe('compose');
    expect(given('--project-name')).toMatch(/^hotpath-rig-[0-9a-f]{12}$/);
    expect(given('--env-file')).toBe('/somewhere/study/compose/env');
    expect(args.filter((_, index) => args[index - 1] === '--file')).toEqual([
      join(checkout, 'docker-compose.yml'),
      '/somewhere/study/compose/override.yml',
    ]);
    expect(projectName('/somewhere/study')).not.toBe(projectName('/somewhere/up'));
  });

  test('each secret and port that the compose file demands is there, fresh, for this user only', async () => {
    const own = await openTemporaryRigDirectory('compose-files');
    try {
      const ports = { HOTPATH_MYSQL_PORT: 41_001, HOTPATH_REDIS_PORT: 41_002 };
      const first = writeProjectFiles(own.path, ports);
      const compose = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8');
      const demanded = [...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name as string);
      for (const name of demanded) expect(first[name], name).toMatch(/^[0-9a-f]{48}$/);
      for (const name of Object.keys(ports)) expect(compose).toContain(`\${${name}:-`);
      expect(first).toMatchObject({ HOTPATH_MYSQL_PORT: '41001', HOTPATH_REDIS_PORT: '41002' });
      const file = join(own.path, 'compose/env');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, 'utf8');
      for (const [name, value] of Object.entries(first))
        expect(text).toContain(`${name}=${value}\n`);
      expect(Object.values(writeProjectFiles(own.path, ports))).not.toEqual(Object.values(first));
    } finally {
      // Nothing was started: no engine has to be asked.
      await own.close();
    }
  });

  test('what Docker refuses is told with the command and its words', async () => {
    const refused = docker(['no-such-command'], { msMax: 10_000 });
    await expect(refused).rejects.toThrow(/docker (no-such-command|is not installed)/);
  });

  test.skipIf(missing === null)('--rig compose says what is missing', async () => {
    await expect(placeOf('compose')).rejects.toThrow(`--rig compose: ${missing}`);
  });
});

describe.skipIf(missing !== null)(inDocker, () => {
  let stores: ComposeStores;
  beforeAll(async () => {
    stores = await startComposeStores(rig);
  }, startMsMax);

  async function query(sql: string): Promise<unknown[]> {
    const connection = await createConnection(stores.mysql.url(''));
    try {
      return (await connection.query(sql))[0] as unknown[];
    } finally {
      await connection.end();
    }
  }

  test('they are durable, say their versions, and can be made empty', async () => {
    await stores.mysql.createDatabase('twice');
    await query('CREATE TABLE twice.leftover (id INT)');
    await stores.mysql.createDatabase('twice');
    expect(await query('SHOW TABLES FROM twice')).toEqual([]);
    await askRedis(stores.redis.url, (client) => client.set('leftover', '1'));
    await stores.redis.flush();
    expect(await askRedis(stores.redis.url, (client) => client.dbsize())).toBe(0);
    const { holds } = await readDurability(stores.mysql.url('twice'), stores.redis.url);
    expect(holds).toBe(true);
    for (const version of Object.values(await askVersions(stores)))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('the process is the server itself, whose CPU time grows with its work', async () => {
    const { pid } = stores.redis.process;
    const info = await askRedis(stores.redis.url, (client) => client.info('server'));
    const tid = /^NSpid:\s+(\d+)\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    expect(info).toContain(`process_id:${tid?.[2]}\r\n`);
    const before = cpuMicrosecondsOf(pid) ?? Number.NaN;
    await askRedis(stores.redis.url, (client) =>
      client.eval("for i = 1, 300000 do redis.sha1hex('') end", 0).catch(() => {}),
    );
    expect(cpuMicrosecondsOf(pid)).toBeGreaterThan(before);
  });

  test.each(['mysql', 'redis'] as const)(
    '%s killed and restarted has its data, at the same address, and that was no death',
    async (name) => {
      const server = stores[name];
      await query('CREATE DATABASE IF NOT EXISTS kept');
      await query('CREATE TABLE IF NOT EXISTS kept.rows_ (id INT PRIMARY KEY)');
      await query('REPLACE INTO kept.rows_ VALUES (7)');
      await askRedis(stores.redis.url, (client) => client.set('kept', '7'));
      const { pid, exited } = server.process;
      await server.kill('SIGKILL');
      expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
      await server.restart();
      expect(server.process.pid).not.toBe(pid);
      expect(await query('SELECT id FROM kept.rows_')).toEqual([{ id: 7 }]);
      expect(await askRedis(stores.redis.url, (client) => client.get('kept'))).toBe('7');
      expect(rig.deaths).toEqual([]);
    },
    60_000,
  );

  test('stopped by SIGSTOP it answers nobody, until SIGCONT', async () => {
    const ask = () => askRedis(stores.redis.url, (client) => client.ping());
    await stores.redis.kill('SIGSTOP');
    const answer = ask().then(
      () => 'answered',
      () => 'silent',
    );
    expect(await answer).toBe('silent');
    await stores.redis.kill('SIGCONT');
    expect(await ask()).toBe('PONG');
  }, 30_000);

  test('an end that nobody asked for is a death, and Docker starts nothing again', async () => {
    const died = new Promise((resolve) => rig.onDeath(resolve));
    const [id] = (await docker([...composeArguments(rig.path), 'ps', '-q', 'redis'], asking)).split(
      '\n',
    );
    await docker(['exec', id as string, 'sh', '-c', 'kill -9 -1'], asking).catch(() => {});
    expect(await died).toMatchObject({ name: 'redis' });
    const policy = ['inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', id as string];
    expect((await docker(policy, asking)).trim()).toBe('no');
    await stores.redis.restart();
    expect(await askRedis(stores.redis.url, (client) => client.ping())).toBe('PONG');
  }, 60_000);

  test('a crashed owner’s containers and volumes are swept, and its files', async () => {
    const label = `label=com.docker.compose.project=${projectName(rig.path)}`;
    const left = async () => [
      await docker(['ps', '--all', '--quiet', '--filter', label], asking),
      await docker(['volume', 'ls', '--quiet', '--filter', label], asking),
      await docker(['network', 'ls', '--quiet', '--filter', label], asking),
    ];
    expect((await left()).every((lines) => lines !== '')).toBe(true);
    expect(await sweepProject(rig.path)).toEqual(['mysql and redis in Docker']);
    expect(await left()).toEqual(['', '', '']);
    expect(existsSync(join(rig.path, 'compose'))).toBe(false);
    expect(await sweepProject(rig.path)).toEqual([]);
  }, 60_000);
});

const asking = { msMax: 20_000 };
