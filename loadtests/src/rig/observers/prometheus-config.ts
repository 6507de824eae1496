/**
 * What the rig's Prometheus scrapes. In code, as its ports are known only when everything runs; labels are
 * those of prometheus/prometheus.yml, which compose reads. Written as JSON, which YAML contains.
 */

export interface ScrapeTarget {
  /** http://host:port */
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  /** 'exporter': it serves another one's series, and its own process is not to be taken for that one. */
  readonly kind: 'own' | 'exporter' | 'processes';
}

export interface PrometheusSettings {
  readonly targets: readonly ScrapeTarget[];
  /** File that names the processes of arms, rewritten as they come and go. */
  readonly armTargetsFile: string;
  readonly ruleFiles: readonly string[];
}

/** An exporter's own memory and CPU under its store's label would be taken for the store's. */
const dropOwnProcess = {
  source_labels: ['__name__'],
  regex: '(go|process|promhttp|exporter|redis_exporter)_.+',
  action: 'drop',
};

/** process-exporter names each group as the service that it is. */
const nameProcesses = [
  { ...dropOwnProcess },
  { source_labels: ['groupname'], regex: '(.+)', target_label: 'service' },
  { source_labels: ['service'], regex: '(naive|async)-.+', target_label: 'arm' },
];

export function prometheusConfig({
  targets,
  armTargetsFile,
  ruleFiles,
}: PrometheusSettings): string {
  const jobs = (['own', 'exporter', 'processes'] as const).flatMap((kind) => {
    const ofKind = targets.filter((target) => target.kind === kind);
    return ofKind.length === 0 ? [] : [{ ...jobOf(kind), static_configs: ofKind.map(staticOf) }];
  });
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: [
      { job_name: 'arms', file_sd_configs: [{ files: [armTargetsFile], refresh_interval: '1s' }] },
      ...jobs,
    ],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function jobOf(kind: ScrapeTarget['kind']) {
  if (kind === 'own') return { job_name: 'observers' };
  if (kind === 'exporter') return { job_name: 'stores', metric_relabel_configs: [dropOwnProcess] };
  return { job_name: 'processes', metric_relabel_configs: nameProcesses };
}

function staticOf({ url, labels }: ScrapeTarget) {
  return { targets: [new URL(url).host], labels };
}
