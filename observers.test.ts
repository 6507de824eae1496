/** Prometheus, Grafana and k6 in compose, against the services that they watch and load. */
import { OpsController } from '@hotpath/contract/http/ops.controller';
import { describe, expect, test } from 'vitest';
import {
  interpolated,
  portsOf,
  present,
  seconds,
  service,
  services,
  text,
  yaml,
} from './deploy/compose-file.js';

interface Scrape {
  readonly metrics_path?: string;
  readonly static_configs: readonly {
    readonly targets: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  }[];
}
interface DataSources {
  readonly datasources: readonly {
    readonly uid: string;
    readonly url: string;
    readonly jsonData: { readonly timeInterval: string };
  }[];
}

const prometheus = yaml('prometheus/prometheus.yml') as {
  readonly global: { readonly scrape_interval: string; readonly scrape_timeout: string };
  readonly scrape_configs: readonly Scrape[];
};
const targets = prometheus.scrape_configs.flatMap(({ static_configs, metrics_path = '/metrics' }) =>
  static_configs.flatMap(({ targets, labels }) =>
    targets.map((target) => {
      const [host = '', port = ''] = target.replace('localhost', 'prometheus').split(':');
      return { host, port, labels, path: metrics_path };
    }),
  ),
);
/** The stores speak no HTTP: their exporters do, and carry their names. k6 pushes. */
const unscraped = ['mysql', 'valkey', 'k6'];
const names = services.map(([name]) => name);

describe('Prometheus', () => {
  test('scrapes every service that can be, once', () => {
    const hosts = targets.map(({ host }) => host).sort();
    expect(hosts).toEqual(names.filter((name) => !unscraped.includes(name)).sort());
  });

  test.each(targets)('finds $host on port $port', ({ host, port }) => {
    expect(portsOf(service(host))).toEqual([port]);
  });

  test.each(targets)('labels $host by what its series are about', ({ host, labels }) => {
    expect(names).toContain(labels.service);
    const exports = { 'mysqld-exporter': 'mysql', 'redis-exporter': 'valkey' }[host];
    expect(labels.service).toBe(exports ?? host);
    const arm = service(host).build ? host.split('-')[0] : undefined;
    expect(labels.arm).toBe(arm);
  });

  test('asks our processes for the path that they serve', () => {
    const served = `/${Reflect.getMetadata('path', OpsController.prototype.metrics)}`;
    const paths = targets.filter(({ host }) => service(host).build).map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set([served]));
  });

  test('names each container as its target is named, from the one label that cAdvisor keeps', () => {
    const kept = 'com.docker.compose.service';
    expect(service('cadvisor').command).toContain(`--whitelisted_container_labels=${kept}`);
    expect(text('prometheus/prometheus.yml')).toContain(
      `source_labels: [container_label_${kept.replaceAll('.', '_')}]`,
    );
  });

  test('never waits for a scrape longer than until the next', () => {
    const { scrape_interval, scrape_timeout } = prometheus.global;
    expect(seconds(scrape_timeout)).toBeLessThanOrEqual(seconds(scrape_interval));
  });
});

describe('Grafana', () => {
  const { datasources } = yaml('grafana/provisioning/datasources/prometheus.yml') as DataSources;

  test('reads the Prometheus that compose runs, at its pace, under a fixed uid', () => {
    const [port] = portsOf(service('prometheus'));
    expect(datasources).toMatchObject([
      {
        uid: 'prometheus',
        url: `http://prometheus:${port}`,
        jsonData: { timeInterval: prometheus.global.scrape_interval },
      },
    ]);
  });

  test('lets nobody in without a password', () => {
    const { environment = {} } = service('grafana');
    expect(environment.GF_SECURITY_ADMIN_PASSWORD).toMatch(/^\$\{\w+:\?/);
    expect(environment.GF_AUTH_ANONYMOUS_ENABLED).toBe('false');
  });
});

describe('mysqld-exporter', () => {
  test('signs in as the account that is made for it', () => {
    const { command = [] } = service('mysqld-exporter');
    const user = command.find((flag) => flag.startsWith('--mysqld.username='))?.split('=')[1];
    expect(text('deploy/mysql-init.sh')).toContain(`CREATE USER '${user}'@'%'`);
    expect(command).toContain(`--mysqld.address=mysql:${portsOf(service('mysql'))[0]}`);
  });
});

describe('k6', () => {
  const { environment = {}, command = [], volumes = [], profiles } = service('k6');
  const target = (url: unknown) => new URL(interpolated(url));

  test('stays out of an ordinary `up`', () => expect(profiles).toEqual(['load']));

  test('runs a script that is mounted', () => {
    const [source = '', mountedAt = ''] = volumes[0]?.split(':') ?? [];
    const script = command.at(-1) ?? '';
    expect(script.startsWith(`${mountedAt}/`)).toBe(true);
    expect(present(script.replace(mountedAt, source))).toBe(true);
  });

  test('is given only settings that the scripts read', () => {
    const ours = Object.keys(environment).filter((name) => name.startsWith('HOTPATH_'));
    for (const name of ours) expect(text('loadtests/k6/env.ts')).toContain(`'${name}'`);
  });

  test('loads a service and reports to Prometheus, each on the port that it has', () => {
    for (const url of [environment.HOTPATH_URL, environment.K6_PROMETHEUS_RW_SERVER_URL])
      expect(portsOf(service(target(url).hostname))).toEqual([target(url).port]);
    expect(service('prometheus').command).toContain('--web.enable-remote-write-receiver');
  });

  test('answers its healthcheck, as its API is off unless it is given an address', () => {
    const [, , , , , url] = service('k6').healthcheck.test;
    expect(target(url).host).toBe(environment.K6_ADDRESS);
  });
});
