/**
 * What a reader finds who has nothing but the dashboard "where does the time go": its own queries, over a
 * real run of each arm.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { panelQueries } from '@hotpath/loadtests/series/panel-queries';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dashboardsDirectory } from './observed-run.js';
import { load, openStage, run, type Stage, watchedArm } from './observed-stage.js';

const measured = {
  // More than it can do, also on a machine where 1,200/s is not.
  naive: { ratePerSecond: 3_000, vus: 300, seconds: 10 },
  async: { ratePerSecond: 1_200, vus: 300, seconds: 10 },
};
const warmUp = { ratePerSecond: 300, vus: 50, seconds: 3 };
const settlingSeconds = 2;
const dashboard = JSON.parse(
  readFileSync(join(dashboardsDirectory, 'hotpath-time.json'), 'utf8'),
) as unknown;

/** A panel's answer for the measured time: the name of each series, as its legend says it, and its value. */
type Reading = ReadonlyMap<string, ReadonlyMap<string, number>>;

let dir: RigDirectory;
let stage: Stage;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('reading');
  stage = await openStage(dir);
});
afterAll(() => dir.close());

async function readingOf(name: 'naive' | 'async'): Promise<(panel: string) => [string, number][]> {
  const arm = await watchedArm(stage, name);
  await (await load(stage, arm, warmUp, 'warm-up')).ended;
  const { ended } = await load(stage, arm, measured[name]);
  await ended;
  const endSeconds = Math.floor(Date.now() / 1_000);
  const reading = await read(endSeconds - measured[name].seconds + settlingSeconds, endSeconds);
  stage.observers.forgetArm(arm);
  await arm.stop();
  return (panel) => {
    const found = reading.get(panel);
    if (found === undefined) throw new Error(`no panel '${panel}'`);
    return [...found].sort(([, a], [, b]) => b - a);
  };
}

async function read(startSeconds: number, endSeconds: number): Promise<Reading> {
  const grid = { startSeconds, endSeconds, stepSeconds: 1 };
  const rangeSeconds = endSeconds - startSeconds;
  const reading = new Map<string, Map<string, number>>();
  for (const { title, expr, legend } of panelQueries(
    dashboard,
    { run },
    { ...grid, rangeSeconds },
  )) {
    const ofPanel = reading.get(title) ?? new Map<string, number>();
    reading.set(title, ofPanel);
    for (const { metric, values = [] } of await stage.observers.prometheus.range(expr, grid)) {
      const name = legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '').trim();
      const numbers = values.map(([, text]) => Number(text)).filter(Number.isFinite);
      ofPanel.set(name, numbers.reduce((sum, one) => sum + one, 0) / numbers.length);
    }
  }
  return reading;
}

const valueIn = (series: readonly (readonly [string, number])[], name: string) =>
  series.find(([one]) => one === name)?.[1] ?? Number.NaN;

test('naive: requests wait for a connection, several times each, and what holds it is COMMIT', async () => {
  const panel = await readingOf('naive');
  const phases = panel('naive: which phase has which share of a request?');
  expect(phases[0]?.[0]).toBe('wait');
  expect(phases[0]?.[1]).toBeGreaterThan(0.7);
  expect(valueIn(panel('What share of a request is waiting in a queue?'), 'naive')).toBeGreaterThan(
    0.7,
  );
  expect(valueIn(panel('How many times does a request queue for MySQL?'), 'naive')).toBeGreaterThan(
    1.8,
  );
  const statements = panel('Which statement takes MySQL’s time?');
  const inAll = statements.reduce((sum, [, seconds]) => sum + seconds, 0);
  const locked = valueIn(panel('Do statements wait for locked rows?'), 'waiting for a row');
  expect((valueIn(statements, 'COMMIT') + locked) / inAll).toBeGreaterThan(0.5);
});

test('async: a request waits for its batch, and a batch for the fsync of Redis', async () => {
  const panel = await readingOf('async');
  const phases = panel('async: which phase has which share of a request?');
  expect(valueIn(phases, 'store') + valueIn(phases, 'wait')).toBeGreaterThan(0.7);
  expect(
    valueIn(panel('What share of a call to Redis is not work?'), 'fsync and the way'),
  ).toBeGreaterThan(0.5);
  expect(valueIn(panel('How many times does a request queue for MySQL?'), 'async')).toBeLessThan(
    0.1,
  );
});
