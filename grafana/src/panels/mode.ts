/** How async goes on without Redis. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { increase, orZero, own, rate, sum, sumBy } from '../promql.js';

export const mode: Panel = {
  as: 'lines',
  title: 'Which mode is async in?',
  look: 'degraded while Redis is out, then recovering, then normal, without a gap. Receipts go on in all of them.',
  cause: 'Redis was killed, frozen or full. Degraded for ever: it never answered again.',
  unit: 'short',
  queries: [{ expr: `max by (mode) (${own(metrics.mode)})`, legend: '{{mode}}' }],
  limits: null,
  next: 'hotpath-resources',
  max: 1,
};

export const journal: Panel = {
  as: 'lines',
  title: 'Does the journal empty after an outage?',
  look: 'bytes that return to 0. They are acknowledged and neither in Redis nor in MySQL.',
  cause: 'Redis is still out, or the replay is as slow as new batches are fast.',
  unit: 'bytes',
  queries: [{ expr: sumBy('service', own(metrics.journalBytes)), legend: '{{service}}' }],
  limits: { warn: 1_000_000, bad: 50_000_000 },
  next: 'hotpath-soak',
};

export const resends: Panel = {
  as: 'lines',
  title: 'Are batches sent twice, or set aside?',
  look: 'resends at an outage. kept and replayed must end up equal; damaged and refused are loss.',
  cause:
    'an answer that did not come: Redis may have it or not, so the batch goes again under its number.',
  unit: 'cps',
  queries: [
    { expr: sumBy('service', rate(own(metrics.batchResends))), legend: '{{service}} resends' },
    { expr: sumBy('result', rate(own(metrics.journalBatches))), legend: 'journal: {{result}}' },
  ],
  limits: { warn: 1 },
  next: 'hotpath-resources',
};

export const dataLoss: Panel = {
  as: 'figure',
  title: 'Redis came back with its data',
  look: 'anything but 0: what was acknowledged and not yet in MySQL is gone then.',
  cause: 'a Redis without its append-only file, or one that evicts.',
  unit: 'short',
  queries: [
    { expr: orZero(sum(increase(own(metrics.redisDataLosses)))), legend: 'times it did not' },
  ],
  limits: { bad: 1 },
  next: 'hotpath-resources',
  columns: 24,
};
