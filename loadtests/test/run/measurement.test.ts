import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { K6Summary, Load } from '@hotpath/loadtests/run/k6-load';
import { loadFiles, readSummary } from '@hotpath/loadtests/run/k6-load';
import { describeLoad, readEndedLoad, settleLedger } from '@hotpath/loadtests/run/measurement';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hotpath-measurement-'));
});
afterEach(() => rm(directory, { recursive: true }));

const steady: Load = {
  ...{ name: 'measured', scenario: 'steady', url: 'http://127.0.0.1:1', seed: 3 },
  ...{ ratePerSecond: 100, seconds: 10, vus: null, introduce: false },
};

const names = {
  c: 'counted',
  d: 'duplicate',
  r: 'rejected',
  s: 'shed',
  f: 'failed',
  u: 'unanswered',
};

/** From the hundredth request on the generator stands still for so long. */
function stallAtMs(i: number, stalledMs: number): number {
  return i >= 100 ? 1_000 + stalledMs : 0;
}

/** A load whose raw log has these letters, the i-th answered in i + 1 ms; k6's summary agrees. */
async function endedLoad(
  letters: string,
  { dropped = 0, stalledMs = 0, load = steady, summary = {} as Partial<K6Summary> } = {},
) {
  const lines = [...letters].map((letter, i) => {
    const startMs = 1_700_000_000_000 + Math.max(i * 10, stallAtMs(i, stalledMs));
    return `${i} ${letter} ${startMs} ${i + 1}.000\n`;
  });
  const files = loadFiles(directory, load.name);
  await writeFile(files.raw, lines.join(''));
  const outcomes = Object.fromEntries(
    Object.entries(names).map(([letter, name]) => [name, letters.split(letter).length - 1]),
  );
  const agreeing = { iterations: letters.length, dropped, p95Ms: 1, outcomes };
  return readEndedLoad(load, files, { ...agreeing, ...summary });
}

describe('the measured window', () => {
  test('a load that keeps its schedule has the same p95 of answered and of intended', async () => {
    const load = describeLoad(await endedLoad('c'.repeat(1_000)));
    expect(load).toMatchObject({
      offered: 1_000,
      offeredPerSecond: 100,
      started: 1_000,
      answeredMs: { p50: 500, p95: 950, p99: 990, max: 1_000 },
      intended: { p95Ms: 950, slowShare: 0 },
    });
  });

  test('requests that begin late are seen, though each is answered in time', async () => {
    const onTime = describeLoad(await endedLoad('c'.repeat(1_000)));
    expect(onTime.lateMs).toEqual({ p95: 0, p99: 0, max: 0 });
    const stalled = await endedLoad('c'.repeat(1_000), { stalledMs: 300 });
    expect(describeLoad(stalled).lateMs).toEqual({ p95: 0, p99: 200, max: 300 });
    const drops = await endedLoad('c'.repeat(960), { dropped: 40 });
    expect(describeLoad(drops).lateMs).toBeNull();
  });

  test('dropped arrivals count as slower than all answers', async () => {
    const load = describeLoad(await endedLoad('c'.repeat(960), { dropped: 40 }));
    expect(load.answeredMs?.p95).toBe(912);
    expect(load.intended).toEqual({ p95Ms: 950, slowShare: 0.04 });
  });

  test('over 5 % of dropped and failed ones leave no p95 of the intended', async () => {
    const load = describeLoad(
      await endedLoad(`${'c'.repeat(949)}${'u'.repeat(11)}`, { dropped: 40 }),
    );
    expect(load.intended.p95Ms).toBeNull();
    expect(load.answered).toBe(949);
  });

  test('quick refusals and failures are no good answers: they never shorten a percentile', async () => {
    const load = describeLoad(
      await endedLoad(`${'s'.repeat(20)}${'f'.repeat(20)}${'c'.repeat(960)}`),
    );
    expect(load.answeredMs?.p50).toBe(520); // of 41 ms to 1,000 ms
    expect(load.intended.slowShare).toBe(0.04);
    expect(load.achievedPerSecond).toBe(87);
  });

  test('what is answered after the window was not achieved in it', async () => {
    const load = describeLoad(await endedLoad('c'.repeat(1_000)));
    expect(load.achievedPerSecond).toBe(91); // the i-th ends 11 × i + 1 ms after the first began
    expect(load).toMatchObject({ answered: 1_000, outcomes: { counted: 1_000 } });
  });

  test('nothing answered is no number, not zero', async () => {
    const load = describeLoad(await endedLoad('u'.repeat(100)));
    expect(load).toMatchObject({ answeredMs: null, intended: { p95Ms: null }, answered: 0 });
  });

  test('of a model without schedule, what was started is what was offered', async () => {
    const closed: Load = { ...steady, scenario: 'closed', ratePerSecond: null };
    expect(describeLoad(await endedLoad('c'.repeat(50), { load: closed })).offered).toBe(50);
  });
});

describe('the ledger of a run', () => {
  test('without a database has no store side, and is neither open nor closed', async () => {
    const ledger = await settleLedger([await endedLoad('ccdsu')], null);
    expect(ledger).toMatchObject({
      ...{ acknowledged: 3, refused: 1, unknown: 1, stored: null, lost: 0, closed: null },
      balanced: true,
    });
  });

  const lies: [string, Partial<K6Summary>][] = [
    ['counts more iterations', { iterations: 6 }],
    ['counts fewer iterations', { iterations: 4 }],
    [
      'counts other outcomes',
      { outcomes: { counted: 5, duplicate: 0, rejected: 0, shed: 0, failed: 0, unanswered: 0 } },
    ],
  ];
  test.each(lies)('does not balance when k6 %s', async (_how, summary) => {
    const { balanced } = await settleLedger([await endedLoad('ccdsu', { summary })], null);
    expect(balanced).toBe(false);
  });

  test('does not balance when the raw log is torn', async () => {
    const { load, summary } = await endedLoad('cc'); // which agrees with the two whole lines
    const files = loadFiles(directory, 'torn');
    await writeFile(files.raw, '0 c 1700000000000 1.000\n1 c 1700000000000 1.000\n2 c 17');
    const torn = await readEndedLoad(load, files, summary);
    expect((await settleLedger([torn], null)).balanced).toBe(false);
  });
});

test("a summary that isn't k6's is refused, naming the file", async () => {
  const files = loadFiles(directory, 'measured');
  await expect(readSummary(files)).rejects.toThrow(files.summary);
  await writeFile(files.summary, '{"metrics": 5}');
  await expect(readSummary(files)).rejects.toThrow(files.summary);
});
