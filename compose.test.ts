/** docker-compose.yml against the code's settings and the files that it names, so that none can drift. */
import { OpsController } from '@hotpath/contract/http/ops.controller';
import { describe, expect, test, vi } from 'vitest';
import {
  foldersOf,
  interpolated,
  mebibytes,
  portsOf,
  present,
  probeOf,
  seconds,
  service,
  services,
  startsAfter,
  text,
  volumes,
} from './deploy/compose-file.js';

/** The processes that this checkout builds. Each parses its environment as its arm's config.ts says. */
const ours = {
  'naive-logger': () => import('./naive-logger/src/config.js'),
  'async-logger': () => import('./async-logger/src/config.js'),
  'async-worker': () => import('./async-logger/src/config.js'),
} as const;
const processes = Object.keys(ours) as (keyof typeof ours)[];

const environmentOf = (name: string) =>
  Object.entries(service(name).environment ?? {}).map(
    ([key, value]) => [key, interpolated(value)] as const,
  );

/** What the process would make of its environment; throws what would end it at start. */
async function settingsOf(name: keyof typeof ours) {
  vi.resetModules();
  for (const [key, value] of environmentOf(name)) vi.stubEnv(key, value);
  try {
    const { config, settingsSchema } = await ours[name]();
    return { config, known: Object.keys(settingsSchema.shape) };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** Started by hand, and ends by itself. */
const isLoad = (name: string) => name.startsWith('k6-');

describe.each(services)('service %s', (name, definition) => {
  test('has a healthcheck with limits, on a port that it listens on', () => {
    const { healthcheck } = definition;
    expect(['CMD', 'CMD-SHELL']).toContain(healthcheck.test[0]);
    for (const limit of ['interval', 'timeout', 'start_period'])
      expect(seconds(healthcheck[limit]), limit).toBeGreaterThan(0);
    expect(healthcheck.retries).toBeGreaterThan(0);
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(probeOf(definition))?.[1];
    if (port && !isLoad(name)) expect(portsOf(definition)).toContain(port);
  });

  test('is bounded and unprivileged', () => {
    expect(mebibytes(definition.mem_limit)).toBeGreaterThan(0);
    expect(definition.pids_limit).toBeGreaterThan(0);
    expect(definition.logging).toMatchObject({ options: { 'max-size': expect.anything() } });
    expect(seconds(definition.stop_grace_period)).toBeGreaterThan(0);
    expect(definition.restart).toBe(isLoad(name) ? 'no' : 'unless-stopped');
    expect(definition.cap_drop).toEqual(['ALL']);
    expect(definition.security_opt).toContain('no-new-privileges:true');
    expect(definition).not.toHaveProperty('privileged');
  });

  test('runs a pinned image, or one built here', () => {
    if (definition.build) {
      expect(definition.pull_policy).toBe('build');
      expect(present(definition.build.dockerfile)).toBe(true);
    } else expect(definition.image).toMatch(/:v?\d+\.\d+\.\d+(-alpine)?$/);
  });

  test('opens ports on loopback only, outside the range that the kernel hands out', () => {
    for (const port of definition.ports ?? []) {
      const [, variable, host, container] =
        /^127\.0\.0\.1:\$\{(HOTPATH_\w+_PORT):-(\d+)\}:(\d+)$/.exec(port) ?? [];
      expect(container, port).toBeDefined();
      expect(Number(host)).toBeLessThan(32_768);
      expect(text('.env.example')).toContain(`\n# ${variable}=${host}\n`);
    }
  });

  test('takes its secrets from outside and refuses to start without', () => {
    for (const [key, value] of Object.entries(definition.environment ?? {})) {
      if (/PASSWORD|SECRET|TOKEN|_AUTH$/.test(key))
        expect(value, key).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      expect(String(value), key).not.toMatch(/\/\/[^/@]*:(?!\$\{\w+:\?)[^/@]+@/);
    }
    expect(definition.command?.join(' ') ?? '').not.toMatch(/\$\{/);
  });

  test('waits only for services that exist, until they are healthy', () => {
    for (const [other, { condition }] of Object.entries(definition.depends_on ?? {})) {
      expect(service(other)).toBeDefined();
      expect(condition).toBe('service_healthy');
    }
  });

  test('mounts what exists, and nothing of this checkout writable', () => {
    for (const volume of definition.volumes ?? []) {
      const [source = '', , mode] = volume.split(':');
      if (!/^[./]/.test(source)) expect(volumes).toContain(source);
      if (!source.startsWith('.')) continue;
      expect(present(source), source).toBe(true);
      expect(mode).toBe('ro');
    }
  });
});

describe.each(processes)('process %s', (name) => {
  const definition = service(name);

  test('is given only settings that its code knows, and they parse', async () => {
    const { known } = await settingsOf(name);
    expect(known).toEqual(
      expect.arrayContaining(environmentOf(name).map(([variable]) => variable)),
    );
  });

  test('listens where it is published and probed', async () => {
    const { config } = await settingsOf(name);
    expect(config.HOST).toBe('0.0.0.0');
    expect(portsOf(definition)).toEqual([String(config.PORT)]);
    expect(probeOf(definition)).toContain('process.env.PORT}/health/ready');
    expect(Reflect.getMetadata('path', OpsController.prototype.ready)).toBe('health/ready');
  });

  test('is the program that its command names', () => {
    const [node, program = ''] = definition.command ?? [];
    expect(node).toBe('node');
    expect(present(program.replace('/dist/', '/src/').replace(/\.js$/, '.ts'))).toBe(true);
    expect(text('deploy/Dockerfile')).toContain(`/${program.split('/dist/')[0]}/dist `);
  });

  test('is given longer to stop than it takes itself', async () => {
    const { config } = await settingsOf(name);
    const graceMs = seconds(definition.stop_grace_period) * 1_000;
    expect(graceMs).toBeGreaterThan(config.DRAIN_MS_MAX);
  });

  test('reaches its own database and Redis, by an account that is made, after they are up', async () => {
    const { config } = await settingsOf(name);
    const database = new URL(config.DATABASE_URL);
    expect(database.pathname).toBe(`/hotpath_${name.split('-')[0]}`);
    const sql = text('deploy/mysql-init.sh');
    expect(sql).toContain(`CREATE DATABASE ${database.pathname.slice(1)};`);
    expect(sql).toContain(`CREATE USER '${database.username}'@'%'`);
    for (const [, url = ''] of environmentOf(name).filter(([key]) => key.endsWith('_URL'))) {
      const { hostname, port } = new URL(url);
      expect(startsAfter(name)).toContain(hostname);
      expect(portsOf(service(hostname))).toEqual([port]);
    }
  });
});

test('every process that is built here is held against its settings', () => {
  expect(services.filter(([, { build }]) => build).map(([name]) => name)).toEqual(processes);
});

test('.env.example lists the secrets that are asked for, empty, and no other', () => {
  const asked = new Set(
    [...text('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name),
  );
  const listed = [...text('.env.example').matchAll(/^(\w+)=(.*)$/gm)];
  expect(new Set(listed.map(([, name]) => name))).toEqual(asked);
  expect(listed.map(([, , value]) => value).join('')).toBe('');
  expect(text('.gitignore').split('\n')).toContain('.env');
});

test('the image is pinned, runs as no root, and names every workspace that npm looks for', () => {
  const dockerfile = text('deploy/Dockerfile');
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? '');
  expect(bases.filter((base) => !/^node:\d+-[a-z]+-slim$/.test(base))).toEqual([
    'manifests',
    'manifests',
  ]);
  expect(dockerfile.slice(dockerfile.lastIndexOf('FROM'))).toMatch(/^USER node$/m);
  expect(dockerfile).not.toMatch(/^ENV.*HOST/m);
  const { workspaces } = JSON.parse(text('package.json'));
  for (const workspace of workspaces)
    expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/`);
});

test('the stores have room for what their settings allow', async () => {
  const setting = (path: string, name: string) =>
    new RegExp(`^${name}[ =]+(\\S+)$`, 'm').exec(text(path))?.[1];
  const pools = await Promise.all(
    processes.map(async (name) => (await settingsOf(name)).config.POOL_SIZE),
  );
  const connections = Number(setting('deploy/my.cnf', 'max_connections'));
  expect(pools.reduce((sum, size) => sum + size, 0)).toBeLessThan(connections / 2);
  const pool = mebibytes(setting('deploy/my.cnf', 'innodb_buffer_pool_size'));
  expect(mebibytes(service('mysql').mem_limit)).toBeGreaterThanOrEqual(2 * pool);
  const maxmemory = mebibytes(setting('deploy/redis.conf', 'maxmemory'));
  expect(mebibytes(service('redis').mem_limit)).toBeGreaterThanOrEqual(2 * maxmemory);
});

test('the image has what the arms read beside their code', () => {
  const notShipped = ['bench', 'dist', 'node_modules', 'src', 'test'];
  for (const arm of ['naive-logger', 'async-logger'])
    for (const folder of foldersOf(arm).filter((name) => !notShipped.includes(name)))
      expect(text('deploy/Dockerfile')).toContain(`/hotpath/${arm}/${folder} ${arm}/${folder}\n`);
});
