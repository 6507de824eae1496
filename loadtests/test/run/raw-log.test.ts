import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawLogError, readRawLog } from '@hotpath/loadtests/run/raw-log';
import { afterAll, beforeAll, expect, test } from 'vitest';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raw-log-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function logOf(text: string) {
  const file = join(directory, 'raw.log');
  await writeFile(file, text);
  return readRawLog(file);
}

const t0 = 1_795_507_734_000;
const six = [
  `1 c ${t0 + 10} 2.500`,
  `0 c ${t0} 15.000`,
  `2 d ${t0 + 400} 4.125`,
  `3 s ${t0 + 500} 0.300`,
  `5 f ${t0 + 900} 350.000`, // ends in the second second
  `4 u ${t0 + 600} 5000.000`,
];

test('a whole log gives its attempts, outcomes and sorted durations', async () => {
  const log = await logOf(`${six.join('\n')}\n`);
  expect(log).toMatchObject({ length: 6, started: 6, holes: 0, repeated: 0, tornBytes: 0 });
  expect(log.outcomes()).toEqual({
    ...{ counted: 2, duplicate: 1, rejected: 0, shed: 1, failed: 1, unanswered: 1 },
  });
  expect([...log.durationsMs()]).toEqual([2.5, 4.125, 15]);
  expect([...log.durationsMs(['s', 'f'])]).toEqual([0.3, 350]);
  const attempts: [number, string][] = [];
  log.eachAttempt((index, letter) => attempts.push([index, letter]));
  expect(attempts.map(([index]) => index)).toEqual([1, 0, 2, 3, 5, 4]);
});

test('a window takes what started in it', async () => {
  const log = await logOf(`${six.join('\n')}\n`);
  const window = { fromMs: t0 + 10, toMs: t0 + 500 };
  expect([...log.durationsMs(['c', 'd'], window)]).toEqual([2.5, 4.125]);
  expect(log.outcomes(window)).toMatchObject({ counted: 1, duplicate: 1, shed: 0 });
});

test('every request is visited, in the order in which they ended', async () => {
  const visited: [string, number, number][] = [];
  (await logOf(`${six.join('\n')}\n`)).eachRequest((letter, startMs, durationMs) => {
    visited.push([letter, startMs, durationMs]);
  });
  const line = ([letter, startMs, durationMs]: (typeof visited)[number]) =>
    `${letter} ${startMs} ${durationMs.toFixed(3)}`;
  expect(visited.map(line)).toEqual(six.map((text) => text.replace(/^\d+ /, '')));
});

test('numbers without a line are holes, and a number twice is seen', async () => {
  const log = await logOf(`0 c ${t0} 1.000\n4 c ${t0} 1.000\n4 d ${t0} 1.000\n`);
  expect(log).toMatchObject({ length: 3, started: 5, holes: 3, repeated: 1 });
});

test('a torn last line is left out and noted, wherever it is torn', async () => {
  const last = `2 c ${t0} 7.250`;
  for (let bytes = 1; bytes <= last.length; bytes++) {
    const log = await logOf(`0 c ${t0} 1.000\n1 c ${t0} 1.000\n${last.slice(0, bytes)}`);
    expect(log).toMatchObject({ length: 2, tornBytes: bytes });
  }
});

test.each([
  ['a torn line in the middle', `1 c ${t0}`],
  ['two lines in one', `1 c ${t0} 1.0001 c ${t0} 1.000`],
  ['an outcome that there is not', `1 x ${t0} 1.000`],
  ['a clock that went backwards', `1 c ${t0} -3.000`],
  ['something that k6 said', 'Request Failed'],
  ['an empty line', ''],
])('%s makes the log unusable, and the error says where', async (_, bad) => {
  const reading = logOf(`0 c ${t0} 1.000\n${bad}\n2 c ${t0} 1.000\n`);
  await expect(reading).rejects.toThrow(RawLogError);
  await expect(reading).rejects.toThrow(/1 malformed; line 2/);
});

test('a log of many pieces is read whole', async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `${index} c ${t0 + index} 1.000\n`);
  const log = await logOf(lines.join(''));
  expect(log).toMatchObject({ length: 100_000, started: 100_000, holes: 0 });
  expect(log.durationsMs().length).toBe(100_000);
});

test('an empty log is a log, and a missing one an error', async () => {
  const log = await logOf('');
  expect(log).toMatchObject({ length: 0, started: 0, holes: 0 });
  await expect(readRawLog(join(directory, 'none.log'))).rejects.toThrow(/ENOENT/);
});
