/** docs/metrics.md, made from the declarations; pure. */
import type { MetricOwner, MetricSpec } from './metrics.js';

const owners: readonly [MetricOwner, string, string][] = [
  [
    'api',
    'The API of an arm',
    'Of the process that takes events. `hotpath_batch_*` and `hotpath_first_sights_total` exist where events are batched.',
  ],
  ['worker', 'The worker', 'Of the process that moves counts to MySQL.'],
  [
    'process',
    'Every process',
    'API and worker alike; tell them apart by the label `service`. Those of the pool begin when it is first used.',
  ],
  [
    'rig',
    'The rig',
    'Of the process that runs a study, a run or `./hotpath rig up`, about the services, not by them.',
  ],
];

export interface ForeignMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const codes = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(', ');

const rowOf = ({ name, kind, unit, labels, help }: MetricSpec) => [
  codes([name]),
  kind,
  unit,
  codes(labels),
  help,
];

function section(owner: MetricOwner, title: string, about: string, specs: readonly MetricSpec[]) {
  const own = specs.filter((spec) => spec.owner === owner);
  const header = ['series', 'kind', 'unit', 'labels', 'what it says'];
  return `## ${title}\n\n${about}\n\n${table(header, own.map(rowOf))}`;
}

/** @param foreign what prom-client exports by itself */
export function metricsPage(
  specs: readonly MetricSpec[],
  foreign: readonly ForeignMetric[],
): string {
  const intro = `# Metrics

Written by \`npm run generate\` from \`contract/src/metrics.ts\`, where every series is declared once.

A histogram \`h\` is three families, \`h_bucket\`, \`h_sum\` and \`h_count\`. A gauge that cannot be read is absent,
never 0. Labels of the scrape target (\`service\`, \`arm\`, in a study also \`run\` and \`block\`) come on top.`;
  const own = owners.map(([owner, title, about]) => section(owner, title, about, specs));
  const rows = foreign.map(({ name, type, help }) => [codes([name]), type, help]);
  const theirs = `## Of Node itself

prom-client's default series, exported by every process. \`nodejs_gc_duration_seconds\` begins with the first collection.

${table(['series', 'kind', 'what it says'], rows)}`;
  return `${[intro, ...own, theirs].join('\n\n')}\n`;
}
