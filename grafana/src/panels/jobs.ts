/** BullMQ: first sights on their way to MySQL. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { own, quantile, sumBy } from '../promql.js';

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
