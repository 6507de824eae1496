/** Schedules of every kind of fault against the async arm. */
import { rmSync } from 'node:fs';
import { violationLines } from '@hotpath/loadtests/chaos/chaos-text';
import { faultKinds } from '@hotpath/loadtests/chaos/fault-kinds';
import type { ScheduleResult } from '@hotpath/loadtests/chaos/perform';
import { runChaos } from '@hotpath/loadtests/chaos/run-chaos';
import { Tally } from '@hotpath/loadtests/chaos/tally';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const schedules = 25;
const firstSeed = 1;
const allMsMax = 600_000;

const rigDirectory = temporaryRigPath('chaos');
const tally = new Tally(firstSeed);
const results: ScheduleResult[] = [];

beforeAll(async () => {
  const { signal } = new AbortController();
  await runChaos(
    { seed: firstSeed, schedules, kinds: faultKinds, rigDirectory, signal },
    {
      onMissing: (missing) => console.warn(`not possible here: ${missing.join(', ')}`),
      onResult: (result) => {
        tally.add(result);
        results.push(result);
      },
      onFailure: () => {},
    },
  );
}, allMsMax);

afterAll(() => rmSync(rigDirectory, { recursive: true, force: true }));

describe('every acknowledged event is counted once, every refused one not at all, every unknown one at most once', () => {
  test.each(Array.from({ length: schedules }, (_, i) => i))('schedule %i', (i) => {
    const { schedule, violations, told } = results[i] as ScheduleResult;
    const again = `./hotpath chaos --seed ${schedule.seed} --schedules 1`;
    expect(violationLines(violations), again).toEqual([]);
    expect(told.sum('acknowledged')).toBeGreaterThan(0);
  });
});

test('every kind that is possible here was drawn, and has bitten', () => {
  const { kinds, missing } = tally.record;
  const possible = faultKinds.filter((kind) => !missing.some((face) => face.startsWith(kind)));
  for (const kind of possible) expect(kinds[kind]?.bitten, kind).toBeGreaterThan(0);
});

test('a project over its rate was refused by that, and most of the others was taken', () => {
  const attempts = (project: string) =>
    results
      .flatMap(({ told }) => [...told.issues.values()].flatMap(({ events }) => events))
      .filter(({ event }) => event.project === project)
      .flatMap(({ attempts: all }) => all.map(({ answer }) => answer));
  const overRate = (project: string) =>
    attempts(project).filter((answer) => answer.endsWith('429')).length;
  expect(overRate('over-its-rate')).toBeGreaterThan(schedules);
  for (const project of ['default', 'other']) {
    expect(overRate(project)).toBe(0);
    expect(attempts(project).length).toBeGreaterThan(overRate('over-its-rate'));
  }
});

test('the load was broken: events were refused, and left without an answer', () => {
  const { refused, unknown } = tally.record.events;
  expect(refused).toBeGreaterThan(schedules);
  expect(unknown).toBeGreaterThan(schedules);
});
