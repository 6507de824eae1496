/** Prometheus, Grafana and k6 in compose, against the services that they watch and load. */
import { OpsController } from '@hotpath/contract/http/ops.controller';
import { describe, expect, test } from 'vitest';
import {
  filesOf,
  interpolated,
  portsOf,
  present,
  seconds,
  service,
  services,
  text,
  yaml,
} from './deploy/compose-file.js';
import { alerts, ruleFiles } from './prometheus/rule-files.ts';

interface Scrape {
  readonly metrics_path?: string;
  readonly static_configs: readonly {
    readonly targets: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  }[];
}
interface Providers {
  readonly providers: readonly {
    readonly type: string;
    readonly options: { readonly path: string };
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
  readonly global: {
    readonly scrape_interval: string;
    readonly scrape_timeout: string;
    readonly evaluation_interval: string;
  };
  readonly rule_files: readonly string[];
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
const unscraped = ['mysql', 'redis', 'k6-naive', 'k6-async'];
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
    const about = {
      'mysqld-exporter': 'mysql',
      'redis-exporter': 'redis',
      'node-exporter': 'host',
    };
    expect(labels.service).toBe(about[host as keyof typeof about] ?? host);
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

  test('has the rules of the project, all of them, evaluated as often as it scrapes', () => {
    expect(prometheus.rule_files).toEqual(ruleFiles.map((name) => `rules/${name}`));
    expect(prometheus.global.evaluation_interval).toBe(prometheus.global.scrape_interval);
    const [mount = ''] = service('prometheus').volumes ?? [];
    expect(mount).toBe('./prometheus:/etc/prometheus:ro');
    expect(service('prometheus').command).toContain('--config.file=/etc/prometheus/prometheus.yml');
  });

  test('never waits for a scrape longer than until the next', () => {
    const { scrape_interval, scrape_timeout } = prometheus.global;
    expect(seconds(scrape_timeout)).toBeLessThanOrEqual(seconds(scrape_interval));
  });
});

describe('Grafana', () => {
  const dashboards = filesOf('grafana/dashboards');
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

  test('finds each dashboard, and each dashboard finds its data', () => {
    const { providers } = yaml('grafana/provisioning/dashboards/hotpath.yml') as Providers;
    const [{ type, options } = { type: '', options: { path: '' } }] = providers;
    expect(type).toBe('file');
    const { volumes = [] } = service('grafana');
    const mountedAt = (path: string) =>
      volumes.find((volume) => volume.startsWith(`./${path}:`))?.split(':')[1];
    expect(mountedAt('grafana/dashboards')).toBe(options.path);
    for (const folder of ['dashboards', 'datasources'])
      expect(mountedAt(`grafana/provisioning/${folder}`)).toBe(
        `/etc/grafana/provisioning/${folder}`,
      );
    const [{ uid } = { uid: '' }] = datasources;
    for (const name of dashboards) {
      expect(`${JSON.parse(text(`grafana/dashboards/${name}`)).uid}.json`).toBe(name);
      const asked = [
        ...text(`grafana/dashboards/${name}`).matchAll(/"type": "prometheus",\s+"uid": "([^"]+)"/g),
      ];
      expect(asked.length, name).toBeGreaterThan(0);
      expect(new Set(asked.map(([, other]) => other)), name).toEqual(new Set([uid]));
    }
  });

  test('has the dashboard that each alert leads to', () => {
    const led = alerts.map(
      ({ annotations = {} }) => /[a-z-]+(?=\{)/.exec(annotations.dashboard ?? '')?.[0],
    );
    for (const uid of led) expect(dashboards).toContain(`${uid}.json`);
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

describe.each(['k6-naive', 'k6-async'])('%s', (name) => {
  const { environment = {}, command = [], volumes = [], profiles, healthcheck } = service(name);
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

  test('says of its series whom it loads', () => {
    const arm = name.split('-')[1];
    expect(target(environment.HOTPATH_URL).hostname).toBe(`${arm}-logger`);
    expect(command.join(' ')).toContain(`--tag arm=${arm} `);
  });

  test('answers its healthcheck, as its API is off unless it is given an address', () => {
    const [, , , , , url] = healthcheck.test;
    expect(target(url).host).toBe(environment.K6_ADDRESS);
  });
});
