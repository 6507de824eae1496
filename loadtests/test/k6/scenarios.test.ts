import { expect, test } from 'vitest';
import { readSettings } from '../../k6/env.ts';
import { runK6, scenario } from './run-k6.js';

interface Inspected {
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function shapeOf(name: string, settings: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runK6('inspect', scenario(name), { settings });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as Inspected).scenarios.load;
}

test('steady is an open model with a user for every request that may be under way', async () => {
  const shape = { executor: 'constant-arrival-rate', timeUnit: '1s' };
  expect(await shapeOf('steady')).toMatchObject({
    ...{ ...shape, rate: 1_200, duration: '30s', preAllocatedVUs: 600, maxVUs: 600 },
  });
  const small = { HOTPATH_RATE: '50', HOTPATH_TIMEOUT: '2s', HOTPATH_DURATION: '1m' };
  expect(await shapeOf('steady', small)).toMatchObject({
    ...{ ...shape, rate: 50, duration: '1m0s', preAllocatedVUs: 100, maxVUs: 100 },
  });
  expect(await shapeOf('steady', { HOTPATH_VUS: '7' })).toMatchObject({ maxVUs: 7 });
});

test('soak is an open model too, for half an hour', async () => {
  const executor = 'constant-arrival-rate';
  expect(await shapeOf('soak')).toMatchObject({ executor, rate: 1_000, duration: '30m0s' });
});

test('neighbours are two projects below their rate, and one far over it', async () => {
  const settings = { HOTPATH_RATE: '50', HOTPATH_KEYS: 'one,two,three' };
  const inspect = async (more: object) => {
    const asked = { settings: { ...settings, ...more } };
    const { stdout } = await runK6('inspect', scenario('neighbours'), asked);
    const { scenarios } = JSON.parse(stdout) as Inspected;
    return Object.entries(scenarios).map(([name, { rate, exec }]) => [name, rate, exec]);
  };
  const quiet = [
    ['connect', undefined, 'connect'],
    ...['left', 'right'].map((name) => [name, 40, name]),
  ];
  const [first, ...others] = quiet;
  expect(await inspect({})).toEqual([first, ['flooder', 500, 'flooder'], ...others]);
  expect(await inspect({ HOTPATH_FLOOD: '0' })).toEqual(quiet);
});

test('closed is a constant number of users', async () => {
  const executor = 'constant-vus';
  expect(await shapeOf('closed')).toMatchObject({ executor, vus: 500, duration: '30s' });
});

test('ramp climbs in four steps with plateaus and comes back', async () => {
  const { stages, startVUs } = (await shapeOf('ramp')) as {
    stages: { duration: string; target: number }[];
    startVUs: number;
  };
  expect(startVUs).toBe(0);
  expect(stages.map(({ target }) => target)).toEqual([50, 50, 100, 100, 200, 200, 500, 500, 0]);
});

test('spike is sudden, holds, and ends where it began', async () => {
  const spike = { executor: 'ramping-vus', startVUs: 10 };
  const shape = (await shapeOf('spike')) as { stages: { duration: string; target: number }[] };
  expect(shape).toMatchObject(spike);
  expect(shape.stages).toEqual([
    { duration: '20s', target: 10 },
    { duration: '2s', target: 1_000 },
    { duration: '1m0s', target: 1_000 },
    { duration: '2s', target: 10 },
    { duration: '36s', target: 10 },
  ]);
});

test.each(['ramp', 'spike'])('%s keeps its shape at another size', async (name) => {
  const settings = { HOTPATH_DURATION: '60s', HOTPATH_VUS: '20' };
  const { stages } = (await shapeOf(name, settings)) as {
    stages: { duration: string; target: number }[];
  };
  expect(Math.max(...stages.map(({ target }) => target))).toBe(20);
  const seconds = stages.map(({ duration }) => Number.parseFloat(duration));
  expect(seconds.reduce((sum, value) => sum + value, 0)).toBeCloseTo(60, 3);
});

test('every bad value is named in one error, before a request is made', async () => {
  const { code, stderr } = await runK6('run', scenario('steady'), {
    settings: {
      HOTPATH_URL: 'localhost:3001',
      HOTPATH_SEED: '4294967296',
      HOTPATH_RATE: '-3',
      HOTPATH_DURATION: '30',
      HOTPATH_VUS: '1e3',
      HOTPATH_THINK_TIME: '1 s',
      HOTPATH_TIMEOUT: '0ms',
      HOTPATH_ISSUES: '0',
      HOTPATH_FIRST_SIGHT_SHARE: '1%',
      HOTPATH_SKEW: 'steep',
      HOTPATH_INTRODUCE: 'yes',
      HOTPATH_RAW: 'true',
      HOTPATH_KEYS: 'a b',
      HOTPATH_FLOOD: '-1',
    },
  });
  expect(code).not.toBe(0);
  const named = [...stderr.matchAll(/(HOTPATH_\w+)=\\?"[^"]*" is not/g)].map(([, name]) => name);
  expect(named).toEqual([
    ...['HOTPATH_URL', 'HOTPATH_SEED', 'HOTPATH_ISSUES', 'HOTPATH_FIRST_SIGHT_SHARE'],
    ...[
      'HOTPATH_SKEW',
      'HOTPATH_INTRODUCE',
      'HOTPATH_KEYS',
      'HOTPATH_FLOOD',
      'HOTPATH_RATE',
      'HOTPATH_DURATION',
      'HOTPATH_VUS',
    ],
    ...['HOTPATH_THINK_TIME', 'HOTPATH_TIMEOUT', 'HOTPATH_RAW'],
  ]);
});

test('settings are read as they are meant', () => {
  const read = readSettings({
    HOTPATH_URL: 'http://service:3001/',
    HOTPATH_DURATION: '1m30s',
    HOTPATH_THINK_TIME: '0s',
    HOTPATH_TIMEOUT: '0.25s',
    HOTPATH_SEED: '',
    HOTPATH_RAW: '1',
  });
  expect(read).toMatchObject({
    ...{
      url: 'http://service:3001',
      durationMs: 90_000,
      thinkTimeMs: 0,
      timeoutMs: 250,
      raw: true,
    },
    ...{ rate: undefined, vus: undefined, summaryFile: undefined },
    workload: { seed: 1, issues: 1_000, firstSightShare: 0.01, skew: 1, introduce: false },
  });
  expect(readSettings({})).toMatchObject({ url: 'http://127.0.0.1:3001', raw: false });
});
