/** What MySQL does with the time. A missing mysql_* is evidence (even the exporter got no connection), never 0. */
import { metrics } from '@hotpath/contract/metrics';
import { mysql } from '../exporter-series.js';
import type { Panel } from '../panel.js';
import { increase, own, rate, ratio, series, sum, sumBy, sumOf } from '../promql.js';

const noSeries = 'MySQL or its exporter does not answer';
/** The arms' own statements, whatever their database is called; the exporter's have none or the server's. */
const ours = { schema: '!~|NULL|mysql|sys|performance_schema|information_schema' };
const statementSeconds = rate(series(mysql.statementSeconds, ours));
const statements = rate(series(mysql.statements, ours));
/** MariaDB and MySQL write the digest of the same statement differently, but both begin so. */
const commit = { ...ours, digest_text: '=~COMMIT.*' };

export const statementTime: Panel = {
  as: 'stack',
  title: 'Which statement takes MySQL’s time?',
  look: 'the thickest band, and COMMIT above all: its time is the fsync of the logs. Seconds a second is the number of connections that execute it.',
  cause:
    'COMMIT: one fsync each, shared with those that commit at the same moment. UPDATE: waits for a row that another one holds through its COMMIT.',
  unit: 'suffix: s/s',
  queries: [
    { expr: `topk(6, ${sumBy('digest_text', statementSeconds)} > 0)`, legend: '{{digest_text}}' },
  ],
  limits: null,
  next: 'hotpath-resources',
  empty: noSeries,
};

export const commitShare: Panel = {
  as: 'figure',
  title: 'What share of MySQL’s time is COMMIT?',
  look: 'more than half: MySQL does not compute, it makes logs durable.',
  cause:
    'a transaction a request, and with it an fsync. UPDATEs that wait for a row wait for another one’s COMMIT.',
  unit: 'percentunit',
  queries: [
    {
      expr: ratio(
        sum(increase(series(mysql.statementSeconds, commit))),
        sum(increase(series(mysql.statementSeconds, ours))),
      ),
      legend: 'COMMIT',
    },
  ],
  limits: { warn: 0.5 },
  next: 'hotpath-resources',
  empty: noSeries,
  columns: 6,
};

export const clientAgainstMysql: Panel = {
  as: 'lines',
  title: 'naive: who has the time of a store call?',
  look: 'the steps down, on a logarithmic scale: in calls to the store, of it waiting, connections taken, MySQL executes, of it COMMIT. The largest step is the finding.',
  cause:
    'waiting nearly as high as all: the pool. Connections taken far above what MySQL executes: the process itself holds them, as its event loop is busy.',
  unit: 'suffix: s/s',
  logarithmic: true,
  queries: [
    {
      expr: sum(rate(sumOf(metrics.storeSeconds, { arm: 'naive' }))),
      legend: 'in calls to the store',
    },
    {
      expr: sum(rate(sumOf(metrics.poolWaitSeconds, { arm: 'naive' }))),
      legend: 'of it waiting for a connection',
    },
    {
      expr: sum(own(metrics.poolConnections, { arm: 'naive', state: 'active' })),
      legend: 'connections taken',
    },
    { expr: sum(statementSeconds), legend: 'MySQL executes' },
    { expr: sum(rate(series(mysql.statementSeconds, commit))), legend: 'of it COMMIT' },
  ],
  limits: null,
  next: 'hotpath-resources',
};

export const statementMean: Panel = {
  as: 'lines',
  title: 'How long is each statement inside MySQL?',
  look: 'COMMIT in milliseconds while SELECT takes a tenth of one.',
  cause:
    'COMMIT: fsync of redo log and binlog. UPDATE: a locked row. SELECT: an index that is missing.',
  unit: 's',
  queries: [
    {
      expr: `topk(6, ${ratio(sumBy('digest_text', statementSeconds), sumBy('digest_text', statements))} > 0)`,
      legend: '{{digest_text}}',
    },
  ],
  limits: { warn: 0.01, bad: 0.1 },
  next: 'hotpath-resources',
  empty: noSeries,
};

/** MariaDB times its binlog here, MySQL also its redo log. `misc` is mostly fsync. */
const logFiles = { event_name: '=~.*/(binlog|innodb_log_file)', mode: 'misc' };

export const fileWaits: Panel = {
  as: 'stack',
  title: 'Which file does MySQL wait for?',
  look: 'misc (that is fsync) of the binlog and of the redo log (innodb_log_file) against reads and writes. MariaDB does not time its redo log here: there COMMIT minus the binlog’s time is about that.',
  cause:
    'every COMMIT makes its logs durable before it answers: the price of “acknowledged means stored”.',
  unit: 'suffix: s/s',
  queries: [
    {
      expr: `topk(6, ${sumBy('event_name, mode', rate(mysql.fileSeconds))} > 0)`,
      legend: '{{event_name}} {{mode}}',
    },
  ],
  limits: null,
  next: 'hotpath-resources',
  empty: noSeries,
};

export const fsyncMean: Panel = {
  as: 'lines',
  title: 'How long is one fsync of a MySQL log?',
  look: 'a value that matches COMMIT’s. Commits at the same moment share one.',
  cause: 'the disk, and whoever else makes it sync: Redis’ append-only file lies on the same one.',
  unit: 's',
  queries: [
    {
      expr: `${ratio(sumBy('event_name', rate(series(mysql.fileSeconds, logFiles))), sumBy('event_name', rate(series(mysql.fileEvents, logFiles))))} > 0`,
      legend: '{{event_name}}',
    },
  ],
  limits: { warn: 0.005, bad: 0.02 },
  next: 'hotpath-resources',
  empty: noSeries,
};

export const rowLocks: Panel = {
  as: 'lines',
  title: 'Do statements wait for locked rows?',
  look: 'seconds a second: the number of connections that wait for a row at any moment.',
  cause: 'many requests count the same issue, and each holds its row through a COMMIT.',
  unit: 'suffix: s/s',
  queries: [
    { expr: sum(`${rate(mysql.rowLockMilliseconds)} / 1000`), legend: 'waiting for a row' },
    { expr: sum(mysql.rowLockWaits), legend: 'waiting at this moment' },
  ],
  limits: { warn: 1, bad: 5 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const connections: Panel = {
  as: 'lines',
  title: 'MySQL, utilization: are connections left?',
  look: 'more than 80 %: at 100 % the exporter is refused too, and all series of MySQL end.',
  cause: 'pools that are larger than thought, times the number of processes.',
  unit: 'percentunit',
  queries: [{ expr: ratio(sum(mysql.connected), sum(mysql.connectionsMax)), legend: 'mysql' }],
  limits: { warn: 0.8, bad: 0.95 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const runningThreads: Panel = {
  as: 'lines',
  title: 'MySQL, saturation: how many statements run at once?',
  look: 'far more than there are cores: they wait for a core, a row or the disk.',
  cause: 'COMMITs in fsync and UPDATEs that wait for a row count as running.',
  unit: 'short',
  queries: [{ expr: sum(mysql.running), legend: 'mysql' }],
  limits: { warn: 8, bad: 32 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const fsyncRate: Panel = {
  as: 'lines',
  title: 'How often does MySQL sync its logs?',
  look: 'naive: near its rate of commits. async: a few a second.',
  cause: 'one transaction a request against one a chunk of a thousand counts.',
  unit: 'ops',
  queries: [
    {
      expr: `${sumBy('event_name', rate(series(mysql.fileEvents, logFiles)))} > 0`,
      legend: '{{event_name}}',
    },
  ],
  limits: null,
  next: 'hotpath-time',
  empty: noSeries,
};

export const rows: Panel = {
  as: 'lines',
  title: 'Does MySQL look at more rows than it needs?',
  look: 'examined far above sent and changed: a scan.',
  cause: 'a search without its index; lists sorted without one.',
  unit: 'cps',
  queries: [
    { expr: sum(rate(series(mysql.rowsExamined, ours))), legend: 'examined' },
    { expr: sum(rate(series(mysql.rowsSent, ours))), legend: 'sent' },
    { expr: sum(rate(series(mysql.rowsAffected, ours))), legend: 'changed' },
  ],
  limits: { warn: 100_000 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const bufferPool: Panel = {
  as: 'lines',
  title: 'Are the rows in memory?',
  look: 'more than 1 % of the pages read come from disk.',
  cause: 'a table larger than the buffer pool, or a server that has just started.',
  unit: 'percentunit',
  queries: [
    { expr: ratio(sum(rate(mysql.poolReads)), sum(rate(mysql.poolReadRequests))), legend: 'mysql' },
  ],
  limits: { warn: 0.01, bad: 0.1 },
  next: 'hotpath-soak',
  empty: noSeries,
};

export const errors: Panel = {
  as: 'lines',
  title: 'MySQL, errors: is a statement or a connection refused?',
  look: 'anything that lasts, or grows with the load.',
  cause:
    'naive: two first sights of one issue at once (duplicate key). Deadlocks; connections over the limit.',
  unit: 'cps',
  queries: [
    { expr: sum(rate(series(mysql.statementErrors, ours))), legend: 'statements' },
    { expr: sum(rate(mysql.abortedConnects)), legend: 'connections' },
  ],
  limits: { warn: 1 },
  next: 'hotpath-pair',
  empty: noSeries,
};
