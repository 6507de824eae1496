/** Connections to MySQL: the queue in front of naive's hot path. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { countOf, increase, meanOf, own, quantile, rate, ratio, sumBy } from '../promql.js';

const { poolWaitSeconds, poolConnections, poolPendingRequests, ackSeconds } = metrics;

export const poolWait: Panel = {
  as: 'lines',
  title: 'How long does a statement wait for a connection?',
  look: 'waits far above the time of the statements themselves (next row): the pool is the limit, not MySQL’s work.',
  cause: 'connections held through a COMMIT’s fsync, and taken several times a request.',
  unit: 's',
  queries: [
    { expr: quantile(0.95, poolWaitSeconds, 'service'), legend: '{{service}} p95' },
    { expr: meanOf(poolWaitSeconds, 'service'), legend: '{{service}} mean' },
  ],
  limits: { warn: 0.005, bad: 0.05 },
  next: 'hotpath-resources',
};

export const poolQueue: Panel = {
  as: 'lines',
  title: 'Is the pool the queue?',
  look: 'more than a few statements that wait: each waits for all before it.',
  cause:
    'every connection is busy for as long as its statement and fsync last. A larger pool moves the queue into MySQL.',
  unit: 'short',
  queries: [{ expr: sumBy('service', own(poolPendingRequests)), legend: '{{service}}' }],
  limits: { warn: 1, bad: 50 },
  next: 'hotpath-resources',
};

const trips = (over: (selector: string) => string) =>
  ratio(sumBy('arm', over(countOf(poolWaitSeconds))), sumBy('arm', over(countOf(ackSeconds))));

export const tripsFigure: Panel = {
  as: 'figure',
  title: 'How many times does a request queue for MySQL?',
  look: 'naive: two and more, each with its own wait. async: next to none, only the worker’s.',
  cause:
    'read, then write in a transaction. Requests that failed are trips without an answer and raise it.',
  unit: 'suffix: /request',
  queries: [{ expr: trips(increase), legend: '{{arm}}' }],
  limits: { warn: 1 },
  next: 'hotpath-resources',
  columns: 6,
};

export const tripsPerRequest: Panel = {
  as: 'lines',
  title: 'Does each request queue more than once?',
  look: 'naive: about two (find, then save in a transaction), each with a wait of its own. async: none on this path.',
  cause: 'read, then write: what an upsert does in one trip and a batch in a hundredth.',
  unit: 'suffix: /request',
  queries: [{ expr: trips(rate), legend: '{{arm}}' }],
  limits: { warn: 1 },
  next: 'hotpath-resources',
};

export const poolUse: Panel = {
  as: 'lines',
  title: 'Pool, utilization: are all connections busy?',
  look: '100 % for longer than a moment.',
  cause: 'more requests at once than connections, each of which waits for MySQL.',
  unit: 'percentunit',
  queries: [
    {
      expr: ratio(
        sumBy('service', own(poolConnections, { state: 'active' })),
        sumBy('service', own(poolConnections, { state: 'limit' })),
      ),
      legend: '{{service}}',
    },
  ],
  limits: { warn: 0.8, bad: 1 },
  max: 1,
  next: 'hotpath-time',
};
export const poolSaturation: Panel = {
  ...poolQueue,
  title: 'Pool, saturation: how many statements wait?',
  next: 'hotpath-time',
};
