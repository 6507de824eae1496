/** What Redis (or Valkey) does with the time. It serves one command at a time, and syncs its file between them. */
import { metrics } from '@hotpath/contract/metrics';
import { redis } from '../exporter-series.js';
import type { Panel } from '../panel.js';
import {
  countOf,
  increase,
  meanOf,
  quantile,
  rate,
  ratio,
  series,
  sum,
  sumBy,
  sumOf,
} from '../promql.js';

const noSeries = 'Redis or its exporter does not answer';
const { storeSeconds, batchEvents, probeSeconds } = metrics;
const call = { operation: 'countBatch' };
/** Scripts are called by digest; what they call inside is counted under its own name as well. */
const script = { cmd: 'evalsha' };
const scriptSeconds = sum(rate(series(redis.commandSeconds, script)));
const callSeconds = sum(rate(sumOf(storeSeconds, call)));

export const callParts: Panel = {
  as: 'stack',
  title: 'async: how much of a call to Redis is work, how much is fsync?',
  look: 'the upper band: what a call takes beyond its script, seconds a second. Near 1 in all, calls follow one another without a pause and the fsync sets the pace.',
  cause:
    'appendfsync always: the answer leaves after the fsync of the append-only file. A little of it is the way and the event loop.',
  unit: 'suffix: s/s',
  queries: [
    { expr: scriptSeconds, legend: 'the script counts' },
    { expr: `${callSeconds} - ${scriptSeconds}`, legend: 'fsync and the way' },
  ],
  limits: { bad: 1 },
  next: 'hotpath-resources',
  empty: noSeries,
};

export const fsyncShare: Panel = {
  as: 'figure',
  title: 'What share of a call to Redis is not work?',
  look: 'near 100 %: a batch waits for the disk, not for Redis.',
  cause:
    'appendfsync always, which an acknowledgement needs. A full host adds to it: then PING is slow as well.',
  unit: 'percentunit',
  queries: [
    {
      expr: `1 - ${ratio(
        sum(increase(series(redis.commandSeconds, script))),
        sum(increase(sumOf(storeSeconds, call))),
      )}`,
      legend: 'fsync and the way',
    },
  ],
  limits: { warn: 0.5 },
  next: 'hotpath-resources',
  empty: 'no call of async in the time shown',
  columns: 6,
};

export const callMean: Panel = {
  as: 'lines',
  title: 'async: how long is one call, and how long its script?',
  look: 'the distance of the lines: the fsync. It is what the phase store consists of.',
  cause: 'the disk; other writers that sync it (MySQL); a script over too large a batch.',
  unit: 's',
  queries: [
    {
      expr: ratio(callSeconds, sum(rate(countOf(storeSeconds, call)))),
      legend: 'call, seen by the API',
    },
    {
      expr: ratio(scriptSeconds, sum(rate(series(redis.commands, script)))),
      legend: 'script, seen by Redis',
    },
  ],
  limits: { warn: 0.01, bad: 0.1 },
  next: 'hotpath-resources',
  empty: noSeries,
};

export const batchSize: Panel = {
  as: 'lines',
  title: 'async: how many events share one fsync?',
  look: 'it grows with the rate, and that is why a slow disk does not lower the throughput.',
  cause:
    'events that arrive while a batch is under way form the next one. 1: the load is low or the disk fast.',
  unit: 'suffix: events',
  queries: [
    { expr: meanOf(batchEvents, 'service'), legend: '{{service}} mean' },
    { expr: quantile(0.95, batchEvents, 'service'), legend: '{{service}} p95' },
  ],
  limits: { bad: 512 },
  next: 'hotpath-resources',
};

export const spikes: Panel = {
  as: 'lines',
  title: 'How long was the last slow fsync, and what else was slow?',
  look: 'aof-fsync-always above the others. Redis notes what takes 3 ms and more, by what it was.',
  cause:
    'aof-…: the disk. command: a large key or script. fork: the append-only file is being rewritten.',
  unit: 's',
  queries: [{ expr: sumBy('event_name', redis.spikeSeconds), legend: '{{event_name}}' }],
  limits: { warn: 0.01, bad: 0.1 },
  next: 'hotpath-resources',
  empty: 'nothing took 3 ms yet, or latency-monitor-threshold is 0',
};

export const probes: Panel = {
  as: 'lines',
  title: 'Does the smallest question wait too?',
  look: 'PING as slow as a fsync: it stood behind one. SELECT 1 stays fast beside a slow COMMIT.',
  cause: 'Redis has one thread, MySQL one a connection. Both slow: no CPU left on the host.',
  unit: 's',
  queries: [
    {
      expr: `histogram_quantile(0.95, ${sumBy('store, le', rate(`${probeSeconds.name}_bucket`))})`,
      legend: '{{store}} p95',
    },
    {
      expr: ratio(
        sumBy('store', rate(`${probeSeconds.name}_sum`)),
        sumBy('store', rate(`${probeSeconds.name}_count`)),
      ),
      legend: '{{store}} mean',
    },
  ],
  limits: { warn: 0.01, bad: 0.1 },
  next: 'hotpath-resources',
};

export const probeFailures: Panel = {
  as: 'lines',
  title: 'MySQL and Redis answer the rig’s own question',
  look: 'anything above 0, ten a second at most: no answer within a second, or an error.',
  cause:
    'a store that was stopped, killed or paused. Its exporter shows nothing of that: it waits as well.',
  unit: 'cps',
  queries: [{ expr: sumBy('store', rate(metrics.probeFailures.name)), legend: '{{store}}' }],
  limits: { bad: 0.1 },
  next: 'hotpath-resources',
};

export const commandTime: Panel = {
  as: 'stack',
  title: 'Redis, utilization: which command takes its one thread?',
  look: 'seconds a second, of 1. Commands inside a script are in evalsha and again under their own name.',
  cause: 'evalsha: the batches, and BullMQ’s own scripts. hgetall or hscan: the sync reads counts.',
  unit: 'suffix: s/s',
  queries: [
    { expr: `topk(6, ${sumBy('cmd', rate(redis.commandSeconds))} > 0)`, legend: '{{cmd}}' },
  ],
  limits: { warn: 0.5, bad: 0.8 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const memory: Panel = {
  as: 'lines',
  title: 'Redis, saturation: how much of its memory is used?',
  look: 'more than 80 %. At the limit writes are refused and the API sheds: nothing is evicted, as all of it is owed to MySQL.',
  cause: 'a backlog that MySQL does not take, event ids kept for deduplication.',
  unit: 'percentunit',
  queries: [{ expr: `${ratio(sum(redis.memory), sum(redis.memoryMax))} < Inf`, legend: 'redis' }],
  limits: { warn: 0.8, bad: 0.9 },
  next: 'hotpath-soak',
  empty: noSeries,
};

export const aof: Panel = {
  as: 'lines',
  title: 'Does the append-only file hold Redis up?',
  look: 'delayed fsyncs, and a rewrite at the time of slow answers.',
  cause: 'the file has doubled and is being rewritten: a fork, and a second writer on the disk.',
  unit: 'short',
  queries: [
    { expr: sum(rate(redis.aofDelayed)), legend: 'delayed fsyncs a second' },
    { expr: sum(redis.aofRewriting), legend: 'rewriting' },
  ],
  limits: { warn: 1 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const errors: Panel = {
  as: 'lines',
  title: 'Redis, errors: is anything slow, refused or evicted?',
  look: 'evictions and refusals are never right. Slow commands: over 5 ms.',
  cause:
    'a script over a large batch, a hash read at once; a memory limit with an eviction policy.',
  unit: 'cps',
  queries: [
    { expr: sum(rate(redis.slowlogId)), legend: 'slow commands' },
    { expr: sum(rate(redis.rejected)), legend: 'connections refused' },
    { expr: sum(rate(redis.evicted)), legend: 'keys evicted' },
  ],
  limits: { warn: 0.1, bad: 1 },
  next: 'hotpath-time',
  empty: noSeries,
};

export const keys: Panel = {
  as: 'lines',
  title: 'Does the number of keys settle?',
  look: 'a rise without end after the first hour.',
  cause: 'jobs that are kept, event ids without an expiry.',
  unit: 'short',
  queries: [{ expr: sumBy('db', redis.keys), legend: '{{db}}' }],
  limits: null,
  next: 'hotpath-resources',
  empty: noSeries,
};

export const bytes: Panel = {
  as: 'lines',
  title: 'Do memory and file of Redis settle?',
  look: 'memory that does not fall with the backlog; a file that is never rewritten.',
  cause: 'the file is rewritten when it has doubled, so a saw is healthy.',
  unit: 'bytes',
  queries: [
    { expr: sum(redis.memory), legend: 'memory' },
    { expr: sum(redis.aofBytes), legend: 'append-only file' },
  ],
  limits: null,
  next: 'hotpath-resources',
  empty: noSeries,
};
