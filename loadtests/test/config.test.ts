import { UsageError } from '@hotpath/loadtests/flags';
import { parseReportConfig } from '@hotpath/loadtests/report-command';
import { parseRunConfig } from '@hotpath/loadtests/run-config';
import { parseStudyConfig } from '@hotpath/loadtests/study-config';
import { expect, test } from 'vitest';

test('a study without flags is the one that the README describes', () => {
  const config = parseStudyConfig([]);
  expect(config).toMatchObject({
    quick: false,
    blocks: 5,
    measureSeconds: 30,
    ratePerSecond: 1_200,
    observe: 'auto',
  });
  expect(config.entries.map(({ label }) => label)).toEqual(['floor', 'naive', 'async']);
  expect(Object.isFrozen(config) && Object.isFrozen(config.entries)).toBe(true);
});

test('--quick is three blocks of ten seconds, and other flags still decide', () => {
  expect(parseStudyConfig(['--quick'])).toMatchObject({ blocks: 3, measureSeconds: 10 });
  const flags = ['--quick', '--blocks=7', '--seconds', '2', '--rate', '50', '--seed', '0'];
  expect(parseStudyConfig(flags)).toMatchObject({
    blocks: 7,
    measureSeconds: 2,
    ratePerSecond: 50,
    seed: 0,
  });
});

test('whether it is watched can be demanded and forbidden', () => {
  expect(parseStudyConfig(['--observe', 'no']).observe).toBe('no');
  expect(parseRunConfig(['steady', '--arm', 'naive', '--observe', 'yes']).observe).toBe('yes');
});

test('the floor is always there, and first', () => {
  const labels = (arms: string) =>
    parseStudyConfig(['--arms', arms]).entries.map(({ label }) => label);
  expect(labels('async')).toEqual(['floor', 'async']);
  expect(labels('naive, floor')).toEqual(['floor', 'naive']);
});

test('--arms ladder is every step from naive to async, and mixes with names', () => {
  const labels = (arms: string) =>
    parseStudyConfig(['--arms', arms]).entries.map(({ label }) => label);
  const ladder = ['naive', 'upsert', 'group-commit', 'async'];
  expect(labels('ladder')).toEqual(['floor', ...ladder]);
  expect(labels('floor-batched,ladder')).toEqual(['floor', 'floor-batched', ...ladder]);
  expect(labels('group-commit,async')).toEqual(['floor', 'group-commit', 'async']);
});

test('nothing is broken unless it is asked for', () => {
  expect(parseStudyConfig([]).fault).toBeNull();
  expect(parseStudyConfig(['--quick', '--fault', 'row-lock']).fault).toBe('row-lock');
  expect(parseRunConfig(['steady', '--arm', 'upsert']).fault).toBeNull();
});

test('--aa gives one arm two names', () => {
  const { entries } = parseStudyConfig(['--aa', '--arms', 'naive']);
  expect(entries.slice(1)).toEqual([
    { label: 'naive-a', arm: 'naive' },
    { label: 'naive-b', arm: 'naive' },
  ]);
});

test('--planted slows the second of two floors and is judged by its cost', () => {
  const { entries, judgedBy, aa } = parseStudyConfig(['--aa', '--planted', '10%']);
  expect(entries).toEqual([
    { label: 'floor-a', arm: 'floor' },
    { label: 'floor-b', arm: 'floor', plantedShare: 0.1 },
  ]);
  expect([aa, judgedBy]).toEqual([true, 'cpu']);
  expect(parseStudyConfig(['--aa', '--planted', '1', '--by', 'p95']).judgedBy).toBe('p95');
  expect(parseStudyConfig([]).judgedBy).toBe('p95');
});

test('a width is a rule that is fixed beforehand: the first blocks decide how many there are', () => {
  expect(parseStudyConfig(['--blocks', '5..12', '--width', '10%'])).toMatchObject({
    blocks: 12,
    stop: { width: 0.1, blocksMin: 5, blocksMax: 12 },
  });
  expect(parseStudyConfig(['--width', '5'])).toMatchObject({
    blocks: 5,
    stop: { width: 0.05, blocksMin: 5, blocksMax: 5 },
  });
  expect(parseStudyConfig(['--blocks', '7']).stop).toBeNull();
});

const badStudies: [string[], string][] = [
  [['--rat', '5'], '--rat '],
  [['--rate', '0'], '--rate'],
  [['--rate', '1e3'], '--rate'],
  [['--rate', '-5'], '--rate'],
  [['--rate='], '--rate'],
  [['--rate'], '--rate'],
  [['--seed', '--aa'], '--seed'],
  [['--quick=yes'], '--quick'],
  [['--blocks', '3', '--blocks', '4'], '--blocks'],
  [['--arms', 'naive,asink'], 'asink'],
  [['--arms', 'naive,naive'], '--arms'],
  [['--arms', 'ladder,naive'], '--arms'],
  [['--fault', 'flood'], '--fault'],
  [['--fault', 'row-lock', '--seconds', '5'], '--fault'],
  [['--aa', '--arms', 'naive,async'], '--aa'],
  [['--planted', '10%'], '--aa'],
  [['--aa', '--planted', '10%', '--arms', 'async'], '--planted'],
  [['--aa', '--planted', '0'], '--planted'],
  [['--blocks', '5..12'], '--width'],
  [['--blocks', '12..5', '--width', '10%'], '--blocks'],
  [['--blocks', '2..5', '--width', '10%'], '--blocks'],
  [['--blocks', '5..101', '--width', '10%'], '--blocks'],
  [['--width', '0'], '--width'],
  [['--by', 'p50'], '--by'],
  [['--scenario', 'ramp'], '--scenario'],
  [['--rig', 'cloud'], '--rig'],
  [['-q'], '-q'],
  [['--__proto__', '1'], '--__proto__'],
  [['quick'], 'quick'],
];

test.each(badStudies)('study %j is refused, naming %s', (argv, named) => {
  const parse = () => parseStudyConfig(argv);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(named);
});

test('all bad flags are named at once', () => {
  const parse = () => parseStudyConfig(['--rate', 'x', '--blocks', 'y', '--nope']);
  for (const name of ['--rate', '--blocks', '--nope']) expect(parse).toThrow(name);
});

test('run takes one scenario and something to load', () => {
  expect(parseRunConfig(['steady', '--arm', 'naive'])).toMatchObject({ arm: 'naive', url: null });
  const { url } = parseRunConfig(['ramp', '--url', 'http://127.0.0.1:3001/']);
  expect(url).toBe('http://127.0.0.1:3001');
});

test('an open run knows rate and length, as what it owes is computed from them', () => {
  const open = parseRunConfig(['steady', '--arm', 'naive']);
  expect(open).toMatchObject({ ratePerSecond: 1_200, seconds: 30 });
  const soak = parseRunConfig(['soak', '--arm', 'naive', '--rate', '200']);
  expect(soak).toMatchObject({ ratePerSecond: 200, seconds: 1_800 });
  expect(parseRunConfig(['soak', '--arm', 'naive'])).toMatchObject({ ratePerSecond: 250 });
  expect(parseRunConfig(['soak', '--arm', 'async'])).toMatchObject({ ratePerSecond: 1_000 });
  const closed = parseRunConfig(['ramp', '--arm', 'naive']);
  expect(closed).toMatchObject({ ratePerSecond: null, seconds: null });
});

const badRuns: [string[], string][] = [
  [[], 'scenario'],
  [['steep', '--arm', 'naive'], 'steep'],
  [['steady'], '--arm'],
  [['steady', 'ramp', '--arm', 'naive'], 'ramp'],
  [['steady', '--arm', 'redis'], '--arm'],
  [['steady', '--url', 'ftp://x'], '--url'],
  [['steady', '--url', 'http://x', '--fault', 'row-lock'], '--fault'],
  [['steady', '--arm', 'naive', '--url', 'http://127.0.0.1:1'], 'give one of them'],
  [['closed', '--arm', 'naive', '--rate', '9'], '--rate'],
];

test.each(badRuns)('run %j is refused, naming %s', (argv, named) => {
  const parse = () => parseRunConfig(argv);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(named);
});

test('report takes one directory', () => {
  expect(parseReportConfig(['runs/x', '--markdown'])).toMatchObject({ markdown: true });
  expect(() => parseReportConfig([])).toThrow(UsageError);
  expect(() => parseReportConfig(['a', 'b'])).toThrow("'b'");
});
