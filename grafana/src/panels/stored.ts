/** Whether what was acknowledged is in MySQL, and how late. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { own, sum, sumBy } from '../promql.js';

const acknowledged = sumBy('arm', own(metrics.events, { outcome: 'counted' }));
const stored = sumBy('arm', metrics.storedEvents.name);

export const storedGap: Panel = {
  as: 'figure',
  title: 'How many acknowledged events are not in MySQL?',
  look: 'naive: every event here is lost for good. async: it must go to 0 when the load ends.',
  cause:
    'naive: two requests read the same count and the later one overwrites the earlier. async: the backlog of the sync.',
  unit: 'suffix: events',
  queries: [{ expr: `${acknowledged} - ${stored}`, legend: '{{arm}}' }],
  limits: { warn: 1 },
  next: 'hotpath-time',
  last: true,
  columns: 6,
};

export const acknowledgedAndStored: Panel = {
  as: 'lines',
  title: 'Is an answer also a stored event?',
  look: 'the dashed line (acknowledged) and the solid one (sum of the counts in MySQL) of an arm must end at one height.',
  cause:
    'lines that diverge for ever: lost updates. Lines that meet late: the sync, whose lag is on the right.',
  unit: 'suffix: events',
  queries: [
    { expr: acknowledged, legend: '{{arm}} acknowledged' },
    { expr: stored, legend: '{{arm}} stored' },
  ],
  limits: null,
  next: 'hotpath-time',
};

export const freshness: Panel = {
  as: 'lines',
  title: 'How old is the oldest event that MySQL lacks?',
  look: 'a saw of about the sync interval (2 s) is healthy. A line that only rises is a sync that fails or can’t keep up.',
  cause: 'MySQL is slow or down, a chunk fails again and again, or the worker has no CPU.',
  unit: 's',
  queries: [{ expr: sumBy('arm', own(metrics.syncLagSeconds)), legend: '{{arm}}' }],
  limits: { warn: 10, bad: 60 },
  next: 'hotpath-resources',
};

export const backlog: Panel = {
  as: 'lines',
  title: 'Does the backlog go back to nothing?',
  look: 'the height after each sync: it must not rise from one to the next.',
  cause: 'more first sights or hot rows than the sync writes in its interval; MySQL down.',
  unit: 'suffix: events',
  queries: [{ expr: sumBy('arm', own(metrics.backlogEvents)), legend: '{{arm}}' }],
  limits: { warn: 10_000, bad: 50_000 },
  next: 'hotpath-resources',
};

export const syncFailing: Panel = {
  as: 'lines',
  title: 'For how long could no count be moved to MySQL?',
  look: 'a slope that ends: counts wait in Redis meanwhile, and receipts go on.',
  cause: 'MySQL down, read-only, full, or too slow. Redis fills until it is back.',
  unit: 's',
  queries: [{ expr: sumBy('service', own(metrics.syncFailingSeconds)), legend: '{{service}}' }],
  limits: { warn: 10, bad: 60 },
  next: 'hotpath-resources',
};

export const storedTotal: Panel = {
  as: 'lines',
  title: 'How much is stored?',
  look: 'a straight line. A bend is a slower arm, a step back is a fresh database.',
  cause: 'memory and tables grow with it: read the other panels beside this one.',
  unit: 'suffix: events',
  queries: [{ expr: sumBy('arm', metrics.storedEvents.name), legend: '{{arm}}' }],
  limits: null,
  next: 'hotpath-resources',
};

export const syncWork: Panel = {
  as: 'lines',
  title: 'What does the sync write, and does it fail?',
  look: 'chunks that fail or are repeated: repeated ones were applied before a crash and are skipped, as promised.',
  cause: 'deadlocks with other writers, MySQL down, a worker that died between commit and removal.',
  unit: 'cps',
  queries: [
    { expr: sum(`rate(${own(metrics.syncRows)}[$__rate_interval])`), legend: 'rows' },
    {
      expr: sumBy('result', `rate(${own(metrics.syncChunks)}[$__rate_interval])`),
      legend: 'chunks {{result}}',
    },
  ],
  limits: null,
  next: 'hotpath-resources',
};
