/** The machine that all share. */
import { host, mysql, recorded, redis, scrape } from '../exporter-series.js';
import type { Panel } from '../panel.js';
import { rate, ratio, series, sum, sumBy } from '../promql.js';

const idle = rate(series(host.cpuSeconds, { mode: 'idle' }));
const cores = `count(${series(host.cpuSeconds, { mode: 'idle' })})`;
const busyCores = `(${cores} - ${sum(idle)})`;
/** Of the host, not of what runs in it: loops and container networks would be counted twice. */
const disks = { device: '!~(loop|ram|zram|dm-).*' };
const cards = { device: '!~veth.*|docker.*|br-.*' };
const ofDisks = (name: string) => sumBy('device', rate(series(name, disks)));

export const cpu: Panel = {
  as: 'lines',
  title: 'Host CPU, utilization: is a core left?',
  look: 'less than 10 % idle: latencies are then made by whoever else runs, k6 included.',
  cause: 'generator, both stores and the arm on a few cores. Lower the rate, for all arms.',
  unit: 'percentunit',
  queries: [{ expr: ratio(busyCores, cores), legend: 'busy' }],
  limits: { warn: 0.8, bad: 0.9 },
  max: 1,
  next: 'hotpath-time',
};

export const cpuWait: Panel = {
  as: 'lines',
  title: 'Host CPU, saturation: does work wait for a core?',
  look: 'the share of time in which some process waited (pressure) beside the number that run or want to.',
  cause: 'more busy threads than cores.',
  unit: 'short',
  queries: [
    { expr: sum(rate(host.cpuPressure)), legend: 'share of time in which one waits' },
    { expr: ratio(sum(host.running), cores), legend: 'runnable per core' },
  ],
  limits: { warn: 2, bad: 5 },
  next: 'hotpath-time',
};

export const memory: Panel = {
  as: 'lines',
  title: 'Host memory: how much can still be had?',
  look: 'less than 10 % available, pressure above 0, or any kill.',
  cause: 'a backlog in Redis, MySQL’s buffer pool, a heap that grows.',
  unit: 'percentunit',
  queries: [
    { expr: ratio(sum(host.memoryAvailable), sum(host.memoryTotal)), legend: 'available' },
    { expr: sum(rate(host.memoryPressure)), legend: 'share of time in which one waits for memory' },
    { expr: sum(`increase(${host.outOfMemoryKills}[$__rate_interval])`), legend: 'killed' },
  ],
  limits: { warn: 0.1, below: true },
  next: 'hotpath-soak',
};

export const disk: Panel = {
  as: 'lines',
  title: 'Disk, utilization: what share of the time is it busy?',
  look: 'near 100 % while commits and batches wait.',
  cause: 'fsyncs one after another: each waits for the medium, however few bytes it writes.',
  unit: 'percentunit',
  queries: [{ expr: ofDisks(host.diskBusy), legend: '{{device}}' }],
  limits: { warn: 0.7, bad: 0.95 },
  next: 'hotpath-time',
};

export const diskQueue: Panel = {
  as: 'lines',
  title: 'Disk, saturation: how many requests wait for it?',
  look: 'more than 1 for long, and the share of time in which some process waits for it.',
  cause: 'two stores that sync at once; checkpoints; the append-only file’s rewrite.',
  unit: 'short',
  queries: [
    { expr: ofDisks(host.diskQueue), legend: '{{device}} queue' },
    { expr: sum(rate(host.ioPressure)), legend: 'share of time in which one waits' },
  ],
  limits: { warn: 1, bad: 4 },
  next: 'hotpath-time',
};

export const flushes: Panel = {
  as: 'lines',
  title: 'How often is the disk told to flush?',
  look: 'the rate of fsyncs that reached the medium. Some virtual disks answer at once: then fsync is cheaper here than elsewhere.',
  cause: 'one a commit (naive), one a batch (async).',
  unit: 'ops',
  queries: [{ expr: ofDisks(host.flushes), legend: '{{device}}' }],
  limits: null,
  next: 'hotpath-time',
};

export const written: Panel = {
  as: 'lines',
  title: 'How many bytes go to disk?',
  look: 'the bytes of an event times the rate, a few times over: redo log, binlog, append-only file, pages.',
  cause: 'double writes of pages, rewrites of the append-only file.',
  unit: 'Bps',
  queries: [{ expr: ofDisks(host.written), legend: '{{device}}' }],
  limits: null,
  next: 'hotpath-soak',
};

export const network: Panel = {
  as: 'lines',
  title: 'Network, utilization: how much is sent and received?',
  look: 'both arms alike at one rate: they get the same events.',
  cause: 'natively everything goes over lo; in compose over the containers’ own cards.',
  unit: 'Bps',
  queries: [
    { expr: sumBy('device', rate(series(host.received, cards))), legend: '{{device}} received' },
    { expr: sumBy('device', rate(series(host.sent, cards))), legend: '{{device}} sent' },
  ],
  limits: null,
  next: 'hotpath-rig-health',
};

export const networkErrors: Panel = {
  as: 'lines',
  title: 'Network, errors: is anything dropped or sent twice?',
  look: 'anything that goes with the load.',
  cause: 'a full accept queue: more connections at once than the service takes.',
  unit: 'cps',
  queries: [
    { expr: sum(rate(series(host.receiveDrops, cards))), legend: 'dropped when received' },
    { expr: sum(rate(series(host.sendDrops, cards))), legend: 'dropped when sent' },
    { expr: sum(rate(host.resends)), legend: 'segments sent again' },
  ],
  limits: { warn: 10, bad: 100 },
  next: 'hotpath-rig-health',
};

export const background: Panel = {
  as: 'lines',
  title: 'Nobody else uses this machine',
  look: 'more than a fifth of a core that no service of the rig used. The exporters’ and the kernel’s own work for the rig are in it.',
  cause: 'builds, editors, backups. Close them and repeat: such a run is refused.',
  unit: 'suffix: cores',
  queries: [
    { expr: `clamp_min(${busyCores} - ${sum(recorded.cpuCores)}, 0)`, legend: 'used by others' },
  ],
  limits: { warn: 0.2, bad: 0.5 },
  next: 'hotpath-resources',
};

export const clock: Panel = {
  as: 'lines',
  title: 'The clock goes evenly',
  look: 'a step: durations across it are wrong, and the run is invalid. Scrape times give a noise of some ten milliseconds.',
  cause: 'time synchronisation that corrects, a suspended machine.',
  unit: 's',
  queries: [
    {
      expr: `abs(sum(rate(${host.clock}[$__rate_interval])) - 1)`,
      legend: 'seconds gained or lost a second',
    },
    { expr: `abs(sum(${host.clockOffset}))`, legend: 'offset from the time source' },
  ],
  limits: { warn: 0.1, bad: 0.5 },
  next: 'hotpath-pair',
};

export const generatorCpu: Panel = {
  as: 'lines',
  title: 'Has the generator a core to itself?',
  look: 'k6 near 1 core per free core: it is then late itself.',
  cause: 'k6 costs 150 to 400 µs of CPU a request: at 1,200/s up to half a core.',
  unit: 'suffix: cores',
  queries: [
    { expr: sum(series(recorded.cpuCores, { service: 'k6' })), legend: 'k6' },
    { expr: sum(idle), legend: 'idle' },
  ],
  limits: { warn: 0.8, bad: 1 },
  next: 'hotpath-resources',
  empty: 'k6 does not run',
};

export const observersCpu: Panel = {
  as: 'lines',
  title: 'What does observing cost?',
  look: 'more than a fifth of a core. It is the same for all arms.',
  cause: 'a scrape a second of every target; the exporter of MySQL’s statements.',
  unit: 'suffix: cores',
  queries: [
    {
      expr: sumBy(
        'service',
        series(recorded.cpuCores, { service: '=~prometheus|.*exporter|cadvisor|grafana|rig' }),
      ),
      legend: '{{service}}',
    },
  ],
  limits: { warn: 0.2, bad: 0.4 },
  next: 'hotpath-resources',
};

export const targets: Panel = {
  as: 'lines',
  title: 'Every target is scraped',
  look: 'a line below 1, and one that ends. While MySQL or Redis is down its exporter is still up: see the last two lines.',
  cause: 'a process that died, or one too busy to answer within a second.',
  unit: 'short',
  queries: [
    { expr: `min by (service) (${scrape.up})`, legend: '{{service}}' },
    { expr: `min(${mysql.up})`, legend: 'MySQL answers its exporter' },
    { expr: `min(${redis.up})`, legend: 'Redis answers its exporter' },
  ],
  limits: { bad: 1, below: true },
  next: 'hotpath-pair',
};

export const missedScrapes: Panel = {
  as: 'bars',
  title: 'At most one scrape was missed',
  look: 'two and more in a measuring phase: the run is invalid. Counts failed scrapes in all that is shown.',
  cause:
    'a target that needs longer than a second to answer: no CPU, or a page that asks a slow store.',
  unit: 'short',
  queries: [
    {
      expr: sumBy(
        'service',
        `count_over_time(${scrape.up}[$__range]) - sum_over_time(${scrape.up}[$__range])`,
      ),
      legend: '{{service}}',
    },
  ],
  limits: { warn: 1, bad: 2 },
  next: 'hotpath-pair',
};

export const scrapeSeconds: Panel = {
  as: 'lines',
  title: 'How long does a scrape take?',
  look: 'more than half a second: the next one is then late, at one second it is lost.',
  cause: 'an exporter that waits for its store (MySQL at its connection limit), no CPU.',
  unit: 's',
  queries: [{ expr: `max by (service) (${scrape.seconds})`, legend: '{{service}}' }],
  limits: { warn: 0.5, bad: 1 },
  next: 'hotpath-resources',
};
