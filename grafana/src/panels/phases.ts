/** A request's time, phase by phase, in the server's own clock. */
import { metrics } from '@hotpath/contract/metrics';
import type { Panel } from '../panel.js';
import { bucketOf, countOf, increase, meanOf, rate, ratio, sum, sumBy, sumOf } from '../promql.js';

const { requestPhaseSeconds, ackSeconds } = metrics;

const phasesOf = (arm: string) => [
  { expr: sumBy('phase', rate(sumOf(requestPhaseSeconds, { arm }))), legend: '{{phase}}' },
];

export const phaseSeconds = (arm: string): Panel => ({
  as: 'stack',
  title: `${arm}: how many requests are in which phase at a moment?`,
  look: 'the thickest band. Seconds of requests spent in a phase per second is the number of requests in it.',
  cause:
    'wait: a queue for connections (naive) or for the batch before (async). store: the store itself. receive: a busy event loop.',
  unit: 'suffix: s/s',
  queries: phasesOf(arm),
  limits: null,
  next: 'hotpath-resources',
  empty: `no request of ${arm} was acknowledged`,
});

export const phaseShare = (arm: string): Panel => ({
  ...phaseSeconds(arm),
  title: `${arm}: which phase has which share of a request?`,
  look: 'the band that is not store: time in which nobody worked on the request.',
  unit: 'percentunit',
  max: 1,
  queries: phasesOf(arm).map(({ expr, legend }) => ({
    expr: `${expr} / on () group_left () ${sum(rate(sumOf(requestPhaseSeconds, { arm })))}`,
    legend,
  })),
});

export const waitingShare: Panel = {
  as: 'figure',
  title: 'What share of a request is waiting in a queue?',
  look: 'more than half: the store is not slow, its entrance is too narrow.',
  cause:
    'naive: all connections of the pool are taken. async: the batch before is still in its fsync.',
  unit: 'percentunit',
  queries: [
    {
      expr: ratio(
        sumBy('arm', increase(sumOf(requestPhaseSeconds, { phase: 'wait' }))),
        sumBy('arm', increase(sumOf(requestPhaseSeconds))),
      ),
      legend: '{{arm}}',
    },
  ],
  limits: { warn: 0.5, bad: 0.8 },
  next: 'hotpath-resources',
  columns: 6,
};

export const meanByPhase: Panel = {
  as: 'bars',
  title: 'What does one request spend in each phase?',
  look: 'the longest bar of each arm. Mean over all that is shown.',
  cause:
    'naive at its limit: wait, for each of its trips to MySQL. async: store, which is one fsync of Redis shared by a batch.',
  unit: 's',
  queries: [
    {
      expr: ratio(
        sumBy('arm, phase', increase(sumOf(requestPhaseSeconds))),
        sumBy('arm, phase', increase(countOf(requestPhaseSeconds))),
      ),
      legend: '{{arm}} {{phase}}',
    },
  ],
  limits: null,
  next: 'hotpath-resources',
};

export const storeCalls: Panel = {
  as: 'lines',
  title: 'How long does each call to the store take?',
  look: 'naive has two a request (find, then saveCount or insert), waits for connections included; async one a batch (countBatch).',
  cause:
    'the pool’s queue, a COMMIT’s fsync, locked rows (naive); the append-only file’s fsync (async).',
  unit: 's',
  queries: [
    { expr: meanOf(metrics.storeSeconds, 'arm, operation'), legend: '{{arm}} {{operation}}' },
  ],
  limits: null,
  next: 'hotpath-resources',
};

export const phasesAddUp: Panel = {
  as: 'lines',
  title: 'The phases add up to the request (± 10 %)',
  look: 'a value below 0.9 or above 1.1: then a part of the request is timed twice or not at all, and no panel of phases may be believed.',
  cause:
    'an arm that forgot a phase. respond is timed after the receipt, so slightly above 1 is right.',
  unit: 'percentunit',
  queries: [
    {
      expr: ratio(
        sumBy('arm', rate(sumOf(requestPhaseSeconds))),
        sumBy('arm', rate(sumOf(ackSeconds))),
      ),
      legend: '{{arm}}',
    },
  ],
  limits: { warn: 1.1, bad: 1.2 },
  next: 'hotpath-time',
};

export const littlesLaw: Panel = {
  as: 'lines',
  title: 'Rate × time is what is in flight (Little’s law)',
  look: 'the two lines of an arm apart for longer than a swing: the mean does not describe all requests.',
  cause:
    'requests that never end (they are in flight and in no histogram), or an arm that counts them wrongly.',
  unit: 'short',
  queries: [
    { expr: sumBy('arm', rate(sumOf(ackSeconds))), legend: '{{arm}} rate × time' },
    {
      expr: sumBy('arm', `avg_over_time(${metrics.inFlightEvents.name}[$__rate_interval])`),
      legend: '{{arm}} in flight, mean',
    },
  ],
  limits: null,
  next: 'hotpath-time',
};

export const latencyHeat = (arm: string): Panel => ({
  as: 'heat',
  title: `${arm}: is there one latency, or several?`,
  look: 'two bands one above the other (two paths), or a band that climbs (a queue that grows).',
  cause:
    'the upper band of naive is the wait for a connection; of async the batch that met a slow fsync.',
  unit: 'cps',
  queries: [{ expr: sumBy('le', rate(bucketOf(ackSeconds, { arm }))), legend: '{{le}}' }],
  limits: null,
  next: 'hotpath-pair',
});

export const bodies: Panel = {
  as: 'lines',
  title: 'How many bytes of bodies are in hand?',
  look: 'a height that does not rise: over 128 MiB requests are shed.',
  cause: 'large bodies, or requests that wait long for their answer.',
  unit: 'bytes',
  queries: [{ expr: sumBy('service', metrics.bodyBytes.name), legend: '{{service}}' }],
  limits: { warn: 64 * 1_024 * 1_024, bad: 128 * 1_024 * 1_024 },
  next: 'hotpath-resources',
};

export const inFlight: Panel = {
  as: 'lines',
  title: 'Does the number of requests under way stay bounded?',
  look: 'a line that only rises, and one that stays up after the load.',
  cause: 'an arm slower than its load; afterwards: requests that leak.',
  unit: 'short',
  queries: [{ expr: sumBy('arm', metrics.inFlightEvents.name), legend: '{{arm}}' }],
  limits: null,
  next: 'hotpath-time',
};
