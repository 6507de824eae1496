/** What the generator asked and got: the client's side of the wire. */
import { metrics } from '@hotpath/contract/metrics';
import { k6 } from '../exporter-series.js';
import type { Panel } from '../panel.js';
import { increase, ofRun, orZeroLike, own, rate, ratio, series, sum, sumBy } from '../promql.js';

/** Connections are made before the load, by a part of the script of its own. */
const ofLoad = (name: string, where: Readonly<Record<string, string>> = {}) =>
  series(name, { part: '!=connect', ...where }, ofRun);

/** The service level: p99 within this, and at most one in a thousand arrivals without a receipt. */
const objectiveSeconds = 0.25;
const objectiveShare = 0.001;
const receipt = { outcome: '=~counted|duplicate' };

/** Of a native histogram: exact to a few percent at any latency, and it merges over runs. */
const clientQuantile = (q: number, inner: string) => `histogram_quantile(${q}, ${inner})`;
const durations = (over: (selector: string) => string, where = {}) =>
  sumBy('arm', over(ofLoad(k6.duration, where)));

export const clientMean = ratio(
  `histogram_sum(${durations(rate)})`,
  `histogram_count(${durations(rate)})`,
);

export const serviceLevelLatency: Panel = {
  as: 'figure',
  title: 'Are 99 of 100 answered within 250 ms?',
  look: 'a value above 0.25 s. It stands for all that is shown, warm-up included: choose the time of one measuring phase for the exact figure.',
  cause:
    'a queue in front of something: connections of the pool (naive), the batch before (async), a full host (both).',
  unit: 's',
  queries: [{ expr: clientQuantile(0.99, durations(increase)), legend: '{{arm}}' }],
  limits: { warn: objectiveSeconds / 2, bad: objectiveSeconds },
  next: 'hotpath-time',
  columns: 6,
};

const answered = (over: (selector: string) => string) =>
  sumBy('arm', over(ofLoad(k6.outcomes, receipt)));
const started = (over: (selector: string) => string) => sumBy('arm', over(ofLoad(k6.iterations)));
/** k6 has no such series until the first one is dropped. */
const dropped = (over: (selector: string) => string) =>
  orZeroLike(sumBy('arm', over(ofLoad(k6.dropped))), started(over));
const offered = (over: (selector: string) => string) => `(${started(over)} + ${dropped(over)})`;

export const serviceLevelFailures: Panel = {
  as: 'figure',
  title: 'What share of arrivals got no receipt?',
  look: 'more than 0.1 %: arrivals that were dropped, shed, failed or never answered, as a share of all that were due.',
  cause:
    'an arm that is slower than the offered rate: the generator runs out of users and drops what it owes.',
  unit: 'percentunit',
  queries: [
    {
      expr: `clamp_min(1 - ${ratio(answered(increase), offered(increase))}, 0)`,
      legend: '{{arm}}',
    },
  ],
  limits: { warn: objectiveShare / 2, bad: objectiveShare },
  next: 'hotpath-time',
  columns: 6,
};

export const speedUp: Panel = {
  as: 'figure',
  title: 'How many times sooner does async answer?',
  look: 'the p95 of naive over that of async. Only answers count: an arm that drops arrivals looks faster than it is, so read the figure on the left first.',
  cause:
    'below 1: async waits for Redis longer than naive for MySQL, which only an unloaded naive achieves.',
  unit: 'suffix:x',
  queries: [
    {
      expr: ratio(
        clientQuantile(0.95, sum(increase(ofLoad(k6.duration, { arm: 'naive' })))),
        clientQuantile(0.95, sum(increase(ofLoad(k6.duration, { arm: 'async' })))),
      ),
      legend: 'naive p95 ÷ async p95',
    },
  ],
  limits: { bad: 1, below: true },
  next: 'hotpath-time',
  empty: 'needs both arms in the time shown',
  columns: 6,
};

export const keepsUp: Panel = {
  as: 'lines',
  title: 'Does each arm answer as fast as it is asked?',
  look: 'the dashed line (offered, dropped arrivals included) above the solid one (receipts): the gap is work that nobody got an answer to.',
  cause: 'the arm is saturated. Compare two arms only where both lines of both arms meet.',
  unit: 'reqps',
  queries: [
    { expr: offered(rate), legend: '{{arm}} offered' },
    { expr: answered(rate), legend: '{{arm}} receipts' },
  ],
  limits: null,
  next: 'hotpath-resources',
};

export const droppedArrivals: Panel = {
  as: 'lines',
  title: 'No arrival is dropped',
  look: 'anything above 0: each is a slow answer that was never measured, so percentiles of this time flatter the arm.',
  cause: 'all users wait for a slow arm. If even floor drops, the generator itself is the limit.',
  unit: 'cps',
  queries: [{ expr: dropped(rate), legend: '{{arm}}' }],
  limits: { bad: 1 },
  next: 'hotpath-rig-health',
};

function percentile(q: number, title: string, limits: Panel['limits'], columns = 8): Panel {
  return {
    as: 'lines',
    title,
    look: 'the distance between the arms (the scale is logarithmic), and spikes that one arm alone has.',
    cause:
      'p50 shows the ordinary path, p95 the queue, p99 pauses: fsyncs, garbage collection, the sync of counts.',
    unit: 's',
    queries: [{ expr: clientQuantile(q, durations(rate)), legend: '{{arm}}' }],
    limits,
    next: 'hotpath-time',
    logarithmic: true,
    columns,
  };
}
const objective = { bad: objectiveSeconds };
export const p50 = percentile(0.5, 'How long does the ordinary request take? (p50)', objective);
export const p95 = percentile(0.95, 'How long do 19 of 20 take at most? (p95)', objective);
export const p99 = percentile(0.99, 'How long do 99 of 100 take at most? (p99)', objective);
export const p95OverHours = percentile(0.95, 'Does the p95 creep up?', objective, 12);

export const withoutReceipt: Panel = {
  as: 'lines',
  title: 'What became of those without a receipt?',
  look: 'which fate: shed is a promise kept (not stored), failed and unanswered may or may not be stored.',
  cause:
    'shed: a bound did its work. failed: a store refused or timed out. unanswered: the process died or the client gave up.',
  unit: 'cps',
  queries: [
    {
      expr: sumBy('arm, outcome', rate(ofLoad(k6.outcomes, { outcome: '!~counted|duplicate' }))),
      legend: '{{arm}} {{outcome}} (client)',
    },
    {
      expr: sumBy('arm, outcome', rate(own(metrics.events, { outcome: '!~counted|duplicate' }))),
      legend: '{{arm}} {{outcome}} (server)',
    },
  ],
  limits: { bad: 1 },
  next: 'hotpath-resources',
  empty: 'every request got its receipt',
};

export const overRate: Panel = {
  as: 'lines',
  title: 'Which project is over its rate?',
  look: 'one project alone: its flood costs no other project anything.',
  cause: 'a client in a loop, or a rate that is too low. Its events got 429 and are not stored.',
  unit: 'cps',
  queries: [
    {
      expr: sumBy('arm, project', rate(own(metrics.limitedEvents))),
      legend: '{{arm}} {{project}}',
    },
  ],
  limits: { warn: 1 },
  next: 'hotpath-resources',
  columns: 12,
};

export const everNew: Panel = {
  as: 'lines',
  title: 'Does a project send ever-new messages?',
  look: 'anything above 0: these events are counted under one issue of their project.',
  cause: 'random text in a message. What is counted is right, what it says is lost.',
  unit: 'cps',
  queries: [
    {
      expr: sumBy('arm, project', rate(own(metrics.overflowEvents))),
      legend: '{{arm}} {{project}}',
    },
  ],
  limits: { warn: 1 },
  next: 'hotpath-soak',
  columns: 12,
};

export const users: Panel = {
  as: 'lines',
  title: 'Does the generator have users left?',
  look: 'the solid line (users that wait for an answer) reaching the dashed one: from there on arrivals are dropped.',
  cause: 'rate × latency: at 1,000/s every 100 ms of latency takes 100 users.',
  unit: 'short',
  queries: [
    { expr: sumBy('arm', series(k6.users, {}, ofRun)), legend: '{{arm}} users' },
    { expr: sumBy('arm', series(k6.usersMax, {}, ofRun)), legend: '{{arm}} limit' },
  ],
  limits: null,
  next: 'hotpath-rig-health',
};

export const droppedShare: Panel = {
  as: 'lines',
  title: 'Fewer than 1 in 1,000 arrivals are dropped',
  look: 'the floor arm first: it stores nothing, so what it drops the generator could not start.',
  cause: 'k6 and the arm share the cores. Lower the rate for all arms.',
  unit: 'percentunit',
  queries: [{ expr: ratio(dropped(rate), offered(rate)), legend: '{{arm}}' }],
  limits: { bad: 0.001 },
  next: 'hotpath-resources',
};

export const clientAgainstServer: Panel = {
  as: 'lines',
  title: 'What does the client wait that the server does not see?',
  look: 'the mean at the client minus the mean at the server: a fraction of a millisecond on an idle host.',
  cause:
    'requests wait in the socket while the event loop is busy, or k6 itself is late: then its figures are not the arm’s.',
  unit: 's',
  queries: [
    {
      expr: `${clientMean} - ${ratio(
        sumBy('arm', rate(series(`${metrics.ackSeconds.name}_sum`, {}, ofRun))),
        sumBy('arm', rate(series(`${metrics.ackSeconds.name}_count`, {}, ofRun))),
      )}`,
      legend: '{{arm}}',
    },
  ],
  limits: { warn: 0.005, bad: 0.05 },
  next: 'hotpath-resources',
};

export const bothSidesCount: Panel = {
  as: 'lines',
  title: 'Client and server count the same receipts',
  look: 'a lasting distance from 0. Short swings are scrapes at different moments.',
  cause: 'answers that never reached the client (it gave up), or a second source of load.',
  unit: 'cps',
  queries: [
    {
      expr: `abs(${sumBy('arm', rate(own(metrics.events, receipt)))} - ${answered(rate)})`,
      legend: '{{arm}}',
    },
  ],
  limits: { warn: 50 },
  next: 'hotpath-pair',
};
