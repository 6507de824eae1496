/** BullMQ: first sights on their way to MySQL. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { meanOf, own, quantile, rate, sumBy } from '../promql.js';

export const depth: Panel = {
  as: 'lines',
  title: 'BullMQ, saturation: how many jobs wait?',
  look: 'waiting that does not fall; anything failed.',
  cause: 'more new issues than the worker inserts; MySQL down (failed and delayed).',
  unit: 'short',
  queries: [{ expr: sumBy('state', own(metrics.jobs)), legend: '{{state}}' }],
  limits: { warn: 100, bad: 1_000 },
  next: 'hotpath-time',
};

export const times: Panel = {
  as: 'lines',
  title: 'BullMQ, utilization: how long does a job wait and run?',
  look: 'a wait above a second: a new issue is then not visible in MySQL in time. It is not lost: the sync brings it.',
  cause: 'the worker syncs counts at the same moment, or MySQL is slow.',
  unit: 's',
  queries: [
    { expr: quantile(0.95, metrics.jobWaitSeconds, 'service'), legend: '{{service}} waits, p95' },
    { expr: quantile(0.95, metrics.jobRunSeconds, 'service'), legend: '{{service}} runs, p95' },
  ],
  limits: { warn: 0.5, bad: 1 },
  next: 'hotpath-time',
};

export const firstSights: Panel = {
  as: 'lines',
  title: 'Does every first sight become a row at once?',
  look: 'queued and stored alike. skipped and absent are no loss: the sync inserts those.',
  cause: 'skipped: BullMQ is full or down. failed: MySQL refused, the job is tried again.',
  unit: 'cps',
  queries: [
    { expr: sumBy('result', rate(own(metrics.firstSights))), legend: 'API: {{result}}' },
    { expr: sumBy('result', rate(own(metrics.firstSightsStored))), legend: 'worker: {{result}}' },
  ],
  limits: null,
  next: 'hotpath-time',
};

export const syncTime: Panel = {
  as: 'lines',
  title: 'How long does the sync need for a chunk of counts?',
  look: 'more than a tenth of a second: its rows are locked for that long.',
  cause: 'MySQL is slow, a chunk is large, or the worker has no CPU.',
  unit: 's',
  queries: [
    { expr: quantile(0.95, metrics.syncSeconds, 'service'), legend: '{{service}} p95' },
    { expr: meanOf(metrics.syncSeconds, 'service'), legend: '{{service}} mean' },
  ],
  limits: { warn: 0.1, bad: 1 },
  next: 'hotpath-time',
};
