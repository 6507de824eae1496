/** Every service as a process: CPU, memory, its one thread of JavaScript, its garbage. */
import { metrics } from '@hotpath/contract/metrics';
import { node, recorded } from '../exporter-series.js';
import type { Panel } from '../panel.js';
import { ofRun, orZeroLike, own, quantile, rate, ratio, series, sumBy } from '../promql.js';

const { eventLoopBusySeconds, timerDelaySeconds } = metrics;
/** Not the rig: it waits for others, and its memory is the records that it keeps. */
const arms = { service: '!~rig|prometheus' };
const ofService = (name: string) => sumBy('service', series(name, arms, ofRun));

export const cpu: Panel = {
  as: 'stack',
  title: 'Which service uses the CPU?',
  look: 'an arm’s process near 1: JavaScript has one thread. All together near the number of cores: nobody’s latency is its own any more.',
  cause:
    'naive: the ORM, twice a request. async: HTTP and the parsing of JSON. k6 is on the same host.',
  unit: 'suffix: cores',
  queries: [{ expr: sumBy('service', recorded.cpuCores), legend: '{{service}}' }],
  limits: null,
  next: 'hotpath-time',
};

export const memory: Panel = {
  as: 'lines',
  title: 'Which service holds the memory?',
  look: 'a service that grows while its load is constant.',
  cause: 'MySQL fills its buffer pool once. An API that grows queues requests; a worker, jobs.',
  unit: 'bytes',
  queries: [{ expr: sumBy('service', recorded.memory), legend: '{{service}}' }],
  limits: null,
  next: 'hotpath-soak',
};

export const memoryGrowth: Panel = {
  as: 'bars',
  title: 'How fast does each service grow?',
  look: 'the slope over all that is shown, per hour. Choose hours, not minutes.',
  cause: 'a leak grows for ever; a cache or a heap grows until its bound.',
  unit: 'suffix: B/h',
  queries: [
    {
      expr: `${sumBy('service', `deriv(${recorded.memory}[$__range])`)} * 3600`,
      legend: '{{service}}',
    },
  ],
  limits: { warn: 10_000_000, bad: 100_000_000 },
  next: 'hotpath-resources',
};

export const eventLoop: Panel = {
  as: 'lines',
  title: 'Event loop, utilization: is the one thread busy?',
  look: 'more than 80 %: every request then waits for JavaScript before it waits for a store.',
  cause: 'the ORM, JSON, TLS. One more process helps only where a core is free.',
  unit: 'percentunit',
  queries: [
    { expr: sumBy('service', rate(own(eventLoopBusySeconds, arms))), legend: '{{service}}' },
  ],
  limits: { warn: 0.7, bad: 0.9 },
  max: 1,
  next: 'hotpath-time',
};

export const timerDelay: Panel = {
  as: 'lines',
  title: 'Event loop, saturation: how late does a timer fire?',
  look: 'p99 of what every callback waits, beside the p99 of requests.',
  cause: 'one long piece of JavaScript, a garbage collection, or no core for the process.',
  unit: 's',
  queries: [{ expr: quantile(0.99, timerDelaySeconds, 'service', arms), legend: '{{service}}' }],
  limits: { warn: 0.02, bad: 0.1 },
  next: 'hotpath-time',
};

export const garbage: Panel = {
  as: 'lines',
  title: 'How much time does garbage collection take?',
  look: 'more than 5 % of a process’ time, and major collections at the moments of high p99.',
  cause: 'many objects a request (the ORM’s entities), a heap near its bound.',
  unit: 'percentunit',
  queries: [
    {
      expr: orZeroLike(
        sumBy('service', rate(series(node.collectionSeconds, arms, ofRun))),
        ofService(node.heapUsed),
      ),
      legend: '{{service}}',
    },
  ],
  limits: { warn: 0.05, bad: 0.15 },
  next: 'hotpath-time',
};

export const heap: Panel = {
  as: 'lines',
  title: 'Does the heap return to where it was?',
  look: 'the lowest points of the saw: they must not rise.',
  cause: 'what is kept: queues of requests, caches without a bound, listeners.',
  unit: 'bytes',
  queries: [
    { expr: ofService(node.heapUsed), legend: '{{service}}' },
    { expr: ofService(node.heapTotal), legend: '{{service}} limit' },
  ],
  limits: null,
  next: 'hotpath-soak',
};

export const openFiles: Panel = {
  as: 'lines',
  title: 'Are files and sockets given back?',
  look: 'a line that rises while the number of users does not.',
  cause: 'connections that are opened and never closed.',
  unit: 'short',
  queries: [
    { expr: ofService(node.openFiles), legend: '{{service}} files' },
    { expr: ofService(node.handles), legend: '{{service}} handles' },
  ],
  limits: { warn: 2_000 },
  next: 'hotpath-resources',
};

export const openFilesShare: Panel = {
  as: 'lines',
  title: 'How near is the limit of open files?',
  look: 'more than 80 %: at the limit no connection is accepted.',
  cause: 'a leak, or a limit of the shell that started the process.',
  unit: 'percentunit',
  queries: [
    { expr: ratio(ofService(node.openFiles), ofService(node.openFilesMax)), legend: '{{service}}' },
  ],
  limits: { warn: 0.5, bad: 0.8 },
  next: 'hotpath-resources',
};
