import { growthLimits, judge, type Readings } from '@hotpath/loadtests/report/growth';
import { growthLines } from '@hotpath/loadtests/report/growth-text';
import { readingOffsetMs } from '@hotpath/loadtests/run/growth-meter';
import { randomFrom } from '@hotpath/loadtests/statistics/random';
import { describe, expect, test } from 'vitest';
import { entry, recordedRun } from './record-fixture.js';

const everySeconds = 5;
const minutes = (count: number) => (count * 60) / everySeconds;

/** A heap under a collector: 50 MiB in use, up to 20 more of garbage, a little noise, and what leaks. */
function heap(lengthMinutes: number, leakedPerHour: number, seed = 1): Readings {
  const random = randomFrom(seed);
  const values = Array.from({ length: minutes(lengthMinutes) }, (_, i) => {
    const garbage = (i % 7) * 3 + 2 * random();
    return 50 + garbage + (leakedPerHour * i * everySeconds) / 3_600;
  });
  return { process: 'api', metric: 'heap used', unit: 'MiB', everySeconds, values };
}

describe('the verdict on what could grow', () => {
  test('a planted leak is found, and how fast it leaks', () => {
    const verdict = judge(heap(30, 12));
    expect(verdict).toMatchObject({ verdict: 'growing', secondsNeeded: null });
    // 288 MiB a day over the some 55 MiB that are in use in between.
    expect(verdict.dailyShare?.value).toBeGreaterThan(4.5);
    expect(verdict.dailyShare?.value).toBeLessThan(6);
  });

  test('a heap that breathes is flat', () => {
    expect(judge(heap(30, 0))).toMatchObject({ verdict: 'flat', secondsNeeded: null });
  });

  test('of 100 heaps that leak nothing none is called growing', () => {
    const verdicts = Array.from({ length: 100 }, (_, seed) => judge(heap(30, 0, seed)).verdict);
    expect(verdicts.filter((verdict) => verdict === 'growing')).toEqual([]);
    expect(verdicts.filter((verdict) => verdict === 'flat').length).toBeGreaterThan(80);
  });

  /** Filled by 1,000 events a second, emptied by a timer; some are kept for ever. */
  function backlog(
    offsetMs: (number: number) => number,
    { everyMs = 1_999.2, keptPerSecond = 0 } = {},
  ): Readings {
    const values = Array.from({ length: minutes(30) }, (_, i) => {
      const atMs = i * everySeconds * 1_000 + offsetMs(i);
      return (atMs % everyMs) + (keptPerSecond * atMs) / 1_000;
    });
    return { process: 'worker', metric: 'backlog', unit: 'events', everySeconds, values };
  }

  test('a backlog that keeps one event in a thousand grows', () => {
    expect(judge(backlog(readingOffsetMs, { keptPerSecond: 1 })).verdict).toBe('growing');
  });

  test.each([500, 1_999.2, 2_000, 2_000.8, 2_011, 5_000])(
    'one that is emptied every %d ms is flat',
    (everyMs) => {
      expect(judge(backlog(readingOffsetMs, { everyMs })).verdict).toBe('flat');
    },
  );

  test('read as regularly as it is emptied it would seem to grow, so readings are spread', () => {
    expect(judge(backlog(() => 0)).verdict).toBe('growing');
  });

  test('growth while it settles is not held against it', () => {
    const values = Array.from({ length: minutes(30) }, (_, i) => Math.min(100, 40 + i));
    const settling = { ...heap(30, 0), values };
    expect(values[minutes(10) - 1]).toBe(100);
    expect(judge(settling)).toMatchObject({ verdict: 'flat', least: 40, most: 100 });
  });

  test('memory that was given back and is taken again is no leak', () => {
    const values = Array.from({ length: minutes(30) }, (_, i) => {
      if (i < minutes(10)) return 147;
      return Math.min(145, 111 + (i - minutes(10)) / 3);
    });
    expect(judge({ ...heap(30, 0), metric: 'resident memory', values }).verdict).not.toBe(
      'growing',
    );
  });

  test('the memory of stores is not judged, as it fills on purpose', () => {
    const values = Array.from({ length: minutes(30) }, (_, i) => 20 + i);
    for (const process of ['redis', 'mysql']) {
      const memory = { ...heap(30, 0), process, metric: 'resident memory', values };
      expect(judge(memory).verdict).toBe('not judged');
      expect(judge({ ...memory, metric: 'open descriptors' }).verdict).toBe('growing');
    }
  });

  test('a run that is too short, or too noisy, tells how long it would take', () => {
    const { settleSeconds, judgedSecondsMin } = growthLimits;
    expect(judge(heap(12, 50))).toMatchObject({
      ...{ verdict: 'not enough data', dailyShare: null },
      secondsNeeded: settleSeconds + judgedSecondsMin,
    });
    const random = randomFrom(3);
    const values = Array.from({ length: minutes(30) }, () => 100 + 40 * random() ** 0.1);
    const wild = {
      ...heap(30, 0),
      values: values.map((value, i) => value + 30 * Math.sin(i / 50)),
    };
    const verdict = judge(wild);
    expect(verdict.verdict).toBe('not enough data');
    expect(verdict.secondsNeeded).toBeGreaterThan(1_800);
  });

  test('handles that never change are flat, one more every minute is growing', () => {
    const of = (value: (i: number) => number): Readings => ({
      ...{ process: 'worker', metric: 'active handles', unit: '', everySeconds },
      values: Array.from({ length: minutes(30) }, (_, i) => value(i)),
    });
    expect(judge(of(() => 605)).verdict).toBe('flat');
    expect(judge(of((i) => 12 + Math.floor(i / 12))).verdict).toBe('growing');
  });

  test('gaps in the readings are no readings', () => {
    const { values, ...rest } = heap(30, 12);
    const gapped = values.map((value, i) => (i % 3 === 0 ? null : value));
    expect(judge({ ...rest, values: gapped }).verdict).toBe('growing');
    expect(judge({ ...rest, values: values.map(() => null) })).toMatchObject({
      ...{ verdict: 'not judged', reason: 'it could not be read' },
    });
  });
});

describe('growth in words', () => {
  const quiet = recordedRun(entry('async'), 0, { p95: 5 });
  const growthOf = (readings: readonly Readings[]) => ({
    everySeconds,
    series: readings.map(({ process, metric, unit, values }) => ({
      ...{ process, unit, values: [...values] },
      metric: metric as 'heap used',
    })),
  });

  test('names what grows, after a line for each thing that was read', () => {
    const lines = growthLines({
      ...quiet,
      growth: growthOf([heap(30, 12), { ...heap(30, 0), process: 'worker' }]),
    });
    expect(lines.find((line) => line.includes(' api heap used '))).toMatch(/ growing$/);
    expect(lines.find((line) => line.includes(' worker heap used '))).toMatch(/ flat$/);
    expect(lines.at(-1)).toContain('GROWING: api heap used.');
  });

  test('does not call flat what it could not tell', () => {
    expect(growthLines({ ...quiet, growth: growthOf([heap(30, 0)]) }).at(-1)).toContain(
      'Nothing grows: 1 flat.',
    );
    const short = growthLines({ ...quiet, growth: growthOf([heap(12, 0)]) });
    expect(short.at(-1)).toContain('of 1 this run is too short to tell');
    expect(short.join('\n')).toContain('not enough data: takes about 15 min');
  });

  test('a run of seconds says nothing of it', () => {
    expect(growthLines({ processes: [], growth: undefined })).toEqual([]);
  });
});
