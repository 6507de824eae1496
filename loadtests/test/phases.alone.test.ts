/** Whether what the services say of their time is true, against clients that have clocks of their own. */
import { sampledRequestsMax } from '@hotpath/contract/limits';
import { phaseNames } from '@hotpath/contract/phase-clock';
import { type Arm, type Metrics, startArm } from '@hotpath/loadtests/rig/arm';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { p95Band } from '@hotpath/loadtests/run/request-phases';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ClosedLoad, closedLoad } from './closed-load.ts';
import { type SlowLink, slowLink } from './slow-link.ts';

/** By each arm's store. Long next to what client and loopback add, which is outside of the service's phases. */
const answersHeldBackMs = { naive: 15, async: 60 };
const warmUpMs = 500;
const forMs = 3_000;
const connections = 12;
const sampleMs = 50;

interface Loaded {
  readonly seen: ClosedLoad;
  readonly seconds: number;
  /** Growth of each series while the load ran. */
  readonly grown: (series: string) => number;
  /** Of the requests around its p95, as the service sampled them. */
  readonly band: NonNullable<ReturnType<typeof p95Band>>;
  /** Mean of the samples taken while it ran. */
  readonly inFlight: number;
}

let rig: RigDirectory;
const links: SlowLink[] = [];

beforeAll(async () => {
  rig = await openTemporaryRigDirectory('phases');
});

afterAll(async () => {
  await rig.close();
  await Promise.all(links.map((link) => link.close()));
});

/** Its store is far away; in the naive arm four connections take turns. */
async function start(name: 'naive' | 'async'): Promise<Arm> {
  const stores = await takeStores(inject('stores'), `phases-${name}`);
  const near = name === 'naive' ? stores.databaseUrl : stores.redisUrl;
  const link = await slowLink(near, answersHeldBackMs[name]);
  links.push(link);
  const { url } = link;
  const far = name === 'naive' ? { mysql: { url: () => url } } : { redis: { url } };
  return startArm(name, { ...stores, ...far, dir: rig, env: { POOL_SIZE: '4' } });
}

async function load(arm: Arm): Promise<Loaded> {
  await closedLoad(arm.url, { connections, forMs: warmUpMs });
  const before = await arm.metrics();
  await arm.takeRequestSamples(); // of the warm-up
  const startedAt = performance.now();
  const inFlight: number[] = [];
  const sampler = setInterval(async () => {
    inFlight.push((await arm.metrics()).get('hotpath_in_flight_events') ?? Number.NaN);
  }, sampleMs);
  const seen = await closedLoad(arm.url, { connections, forMs });
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(sampler);
  const after = await arm.metrics();
  const band = p95Band(await arm.takeRequestSamples());
  if (!band) throw new Error('too few requests for a band');
  const of = (page: Metrics, series: string) => page.get(series) ?? Number.NaN;
  return {
    seen,
    seconds,
    band,
    grown: (series) => of(after, series) - of(before, series),
    inFlight: inFlight.reduce((sum, n) => sum + n, 0) / inFlight.length,
  };
}

const sumOf = (phase: string) => `hotpath_request_phase_seconds_sum{phase="${phase}"}`;
const countOf = (phase: string) => `hotpath_request_phase_seconds_count{phase="${phase}"}`;
const within = (share: number, of: number) => [of * (1 - share), of * (1 + share)] as const;

function expectWithin(share: number, value: number, of: number): void {
  const [from, to] = within(share, of);
  expect(value).toBeGreaterThan(from);
  expect(value).toBeLessThan(to);
}

describe.each(['naive', 'async'] as const)('%s under load', (name) => {
  let arm: Arm;
  let loaded: Loaded;

  beforeAll(async () => {
    arm = await start(name);
    loaded = await load(arm);
  });

  afterAll(() => arm?.stop());

  test('every request is in every phase once', () => {
    const counts = phaseNames.map((phase) => loaded.grown(countOf(phase)));
    expect(counts).toEqual(phaseNames.map(() => loaded.seen.requests));
  });

  test('the phases add up to what the client waited, within 10 %', () => {
    const sum = phaseNames.reduce((total, phase) => total + loaded.grown(sumOf(phase)), 0);
    const meanMs = (sum * 1_000) / loaded.seen.requests;
    expectWithin(0.1, meanMs, loaded.seen.meanMs);
  });

  test('the phases of those around the p95 add up to what the client waited there, within 10 %', () => {
    const { band, seen } = loaded;
    const sum = Object.values(band.seconds).reduce((total, each) => total + each, 0);
    expectWithin(0.1, (sum * 1_000) / band.requests, seen.bandMs);
    expect(band.sampled).toBe(Math.min(seen.requests, sampledRequestsMax));
  });

  test('the phases before the receipt add up to the time that it took, within 1 %', () => {
    const before = phaseNames.filter((phase) => phase !== 'respond');
    const sum = before.reduce((total, phase) => total + loaded.grown(sumOf(phase)), 0);
    expectWithin(0.01, sum, loaded.grown('hotpath_ack_seconds_sum'));
  });

  test("Little's law holds: rate × time in the arm = events in flight, within 10 %", () => {
    const rate = loaded.grown('hotpath_ack_seconds_count') / loaded.seconds;
    const timeInArm =
      (loaded.grown(sumOf('wait')) + loaded.grown(sumOf('store'))) / loaded.seen.requests;
    expectWithin(0.1, rate * timeInArm, loaded.inFlight);
  });
});
