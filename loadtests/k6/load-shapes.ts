/** k6 options of the shapes that the scenarios give their numbers to. */
import type { Options, Stage } from 'k6/options';
import { env } from './env.ts';
import { outcomeNames } from './outcome.ts';

/** Open model: most users that an unset HOTPATH_VUS gives, as each is an engine of its own, 1 MiB. */
const openVusMax = 600;
/** Time after the load for answers under way: whoever is waiting gets its answer or its time-out. */
const graceful = `${env.timeoutMs + 1_000}ms`;

const notBroken = ['count>=0'];

/** What is measured; the other part of an open load only connects. */
const loadPart = { tags: { part: 'load' } };

/** What all loads have in common, each line a saving: k6 costs more than the service under load. */
const lean: Options = {
  discardResponseBodies: true,
  noCookiesReset: true,
  // Not k6's own `scenario`, by which it means a part of this load: whoever starts it names the whole so.
  systemTags: ['status'],
  // Never broken; k6 sums up a tagged metric only where a threshold asks for it.
  thresholds: Object.fromEntries([
    ...Object.values(outcomeNames).map((name) => [`hotpath_outcomes{outcome:${name}}`, notBroken]),
    ['iterations{part:load}', notBroken],
    ['http_req_duration{part:load}', ['max>=0']],
  ]),
  summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
};

/**
 * Before an open load every user opens its connection, spread over most of this time. k6 hands arrivals
 * round all users, so otherwise the first 600 requests each pay for a connection: of 12,000 they are 5 %,
 * were 10 to 50 ms slow where others took 1, and so were the p95 of every arm.
 */
export const leadInMs = 1_000;

const connectPart = (vus: number) => ({
  connect: {
    executor: 'per-vu-iterations' as const,
    exec: 'connect',
    tags: { part: 'connect' },
    vus,
    iterations: 1,
    maxDuration: `${leadInMs}ms`,
    gracefulStop: '0s',
  },
});

/**
 * Arrivals at a constant rate that wait for nobody. The bound on users is rate × time-out, so that a
 * service that answers within it is offered every arrival; what is dropped beyond `openVusMax` is
 * counted by k6. All users exist from the start: making one during the load drops arrivals.
 */
export function openLoad(preset: { rate: number; durationMs: number }): Options {
  const rate = env.rate ?? preset.rate;
  const vus = env.vus ?? Math.min(openVusMax, Math.ceil((rate * env.timeoutMs) / 1_000));
  return {
    ...lean,
    scenarios: {
      ...connectPart(vus),
      load: {
        ...loadPart,
        executor: 'constant-arrival-rate',
        startTime: `${leadInMs}ms`,
        rate,
        timeUnit: '1s',
        duration: `${env.durationMs ?? preset.durationMs}ms`,
        preAllocatedVUs: vus,
        maxVUs: vus,
        gracefulStop: graceful,
      },
    },
  };
}

/**
 * Three projects with one rate: the first sends `env.floodTimes` as much, the others stay below it.
 * Each part is exported by the script under its name.
 */
export function neighbourLoad(
  preset: { rate: number; durationMs: number; quietShare: number },
  [flooder, ...quiet]: readonly string[],
): Options {
  const limit = env.rate ?? preset.rate;
  const usersOf = (rate: number) => Math.min(100, rate);
  const part = (exec: string, rate: number) => ({
    ...loadPart,
    ...{ exec, executor: 'constant-arrival-rate', timeUnit: '1s', gracefulStop: graceful },
    ...{ rate, duration: `${env.durationMs ?? preset.durationMs}ms`, startTime: `${leadInMs}ms` },
    ...{ preAllocatedVUs: usersOf(rate), maxVUs: Math.min(openVusMax / 3, rate) },
  });
  const rates = quiet.map((name): [string, number] => [
    name,
    Math.max(1, limit * preset.quietShare),
  ]);
  if (env.floodTimes > 0 && flooder) rates.push([flooder, limit * env.floodTimes]);
  const users = rates.reduce((sum, [, rate]) => sum + Math.ceil(usersOf(rate)), 0);
  const parts = rates.map(([name, rate]) => [name, part(name, rate)]);
  return { ...lean, scenarios: { ...connectPart(users), ...Object.fromEntries(parts) } };
}

/** The same number of users all the time. */
export function closedLoad(preset: { vus: number; durationMs: number }): Options {
  return {
    ...lean,
    scenarios: {
      load: {
        ...loadPart,
        executor: 'constant-vus',
        vus: env.vus ?? preset.vus,
        duration: `${env.durationMs ?? preset.durationMs}ms`,
        gracefulStop: graceful,
      },
    },
  };
}

/** A stretch of a load: its share of the whole duration, and the share of the peak reached at its end. */
export interface Stretch {
  readonly timeShare: number;
  readonly peakShare: number;
}

/** A number of users that changes along the stretches; a change from one moment to the next has time share 0. */
export function stagedLoad(preset: {
  peakVus: number;
  startShare: number;
  durationMs: number;
  stretches: readonly Stretch[];
}): Options {
  const peak = env.vus ?? preset.peakVus;
  const wholeMs = env.durationMs ?? preset.durationMs;
  const usersAt = (share: number) => Math.max(share > 0 ? 1 : 0, Math.round(peak * share));
  const stages: Stage[] = preset.stretches.map(({ timeShare, peakShare }) => ({
    duration: `${Math.round(wholeMs * timeShare)}ms`,
    target: usersAt(peakShare),
  }));
  return {
    ...lean,
    scenarios: {
      load: {
        ...loadPart,
        executor: 'ramping-vus',
        startVUs: usersAt(preset.startShare),
        stages,
        gracefulStop: graceful,
        gracefulRampDown: graceful,
      },
    },
  };
}
