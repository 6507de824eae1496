import { exitCodeOf } from '@hotpath/loadtests/report/exit-code';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import type { RunRecord } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { broken, entry, type RunFigures, studyRecord } from './record-fixture.js';

type Block = Readonly<Record<string, RunFigures>>;

function blocks(naive: RunFigures[], async: RunFigures[]): Block[] {
  return naive.map((figures, index) => ({
    floor: { p95: 1 },
    naive: figures,
    async: async[index] as RunFigures,
  }));
}

const p95s = (...values: number[]) => values.map((p95) => ({ p95 }));
const overloaded = (...values: number[]) => values.map((p95) => ({ p95, intended: null }));

function judge(record: RunRecord) {
  const verdict = verdictOf(record);
  const text = verdict.sentences.join('\n');
  return { kind: verdict.kind, text, code: exitCodeOf(verdict, record) };
}

test('an arm that is clearly faster is called so, with ratio, interval and blocks', () => {
  const { kind, text, code } = judge(
    studyRecord({ blocks: blocks(p95s(20, 22, 19), p95s(2, 2.1, 2)) }),
  );
  expect([kind, code]).toEqual(['faster', 0]);
  expect(text).toContain('async is 10 × faster than naive at 1,200 arrivals a second');
  expect(text).toContain('p95 of the intended arrivals 2.0 ms against 20 ms');
  expect(text).toMatch(/95 % interval 8\.8–11 ×, 3 blocks/);
});

test('an arm that is clearly slower is called slower, never faster by less than one', () => {
  const { kind, text } = judge(studyRecord({ blocks: blocks(p95s(2, 2.1, 2), p95s(20, 22, 19)) }));
  expect(kind).toBe('slower');
  expect(text).toMatch(/async is (9\.\d|10) × slower than naive/);
  expect(text).not.toContain('faster');
});

test('an interval that covers 1 shows no difference, however far the ratio is from 1', () => {
  const { kind, text, code } = judge(
    studyRecord({ blocks: blocks(p95s(20, 2, 9), p95s(2, 2.1, 4)) }),
  );
  expect([kind, code]).toEqual(['no difference', 0]);
  expect(text).toContain('No difference shown between async and naive');
});

test('an overloaded arm gives a lower bound, the low end of the interval, and its time-out', () => {
  const naive = overloaded(412, 300, 500).map((figures) => ({ ...figures, lost: 3_000 }));
  const { kind, text } = judge(studyRecord({ blocks: blocks(naive, p95s(2.7, 3.1, 2.4)) }));
  expect(kind).toBe('faster');
  expect(text).toMatch(/^async is at least 5\d × faster than naive/);
  expect(text).toMatch(/412 ms of what naive answered \(ratio 14\d ×/);
  expect(text).toContain('25.0 % of its arrivals could not be started');
  expect(text).toContain('p95 of the intended arrivals is > 10 s');
  expect(text).toContain(
    'naive lost 9,000 of 41,400 acknowledged counts; async lost none of 50,400',
  );
});

test('one overloaded block is enough to make the ratio a bound', () => {
  const naive = [...p95s(30, 33), ...overloaded(300)];
  expect(judge(studyRecord({ blocks: blocks(naive, p95s(3, 3, 3)) })).text).toContain(
    'naive was overloaded',
  );
});

test('an overloaded arm whose few answers were quick is still not as good as one that kept up', () => {
  const { kind, text } = judge(
    studyRecord({ blocks: blocks(overloaded(2, 3, 2.5), p95s(2.7, 3.1, 2.4)) }),
  );
  expect(kind).toBe('faster');
  expect(text).toContain('async carries 1,200 arrivals a second and naive does not');
  expect(text).toContain("can't be said");
});

test('the arm that is overloaded is never called faster', () => {
  const { kind, text } = judge(
    studyRecord({ blocks: blocks(p95s(20, 22, 19), overloaded(2, 2.1, 2)) }),
  );
  expect(kind).toBe('slower');
  expect(text).toContain('naive carries');
});

test('two overloaded arms are not compared', () => {
  const { kind, text, code } = judge(
    studyRecord({ blocks: blocks(overloaded(400, 420, 390), overloaded(30, 31, 32)) }),
  );
  expect([kind, code]).toEqual(['both overloaded', 11]);
  expect(text).toContain('lower --rate');
});

test('two valid blocks give no interval and no verdict, and the invalid run is named with its reason', () => {
  const good = blocks(p95s(20, 22, 19), p95s(2, 2.1, 2));
  const record = studyRecord({ blocks: good });
  record.runs.find((run) => run.block === 2 && run.label === 'async')?.checks.push(broken);
  const { kind, text, code } = judge(record);
  expect([kind, code]).toEqual(['invalid', 11]);
  expect(text).toMatch(/^INVALID: 2 of 3 blocks can be used/);
  expect(text).toContain(
    'async in block 2. background load before the run: 45 % of a core (limit ≤ 20 %',
  );
  expect(text).toContain('Something else uses this machine');
  expect(text).not.toContain('faster');
});

test('an invalid run is left out of the ratio and its reason is told beside the verdict', () => {
  const record = studyRecord({ blocks: blocks(p95s(20, 22, 19, 9_000), p95s(2, 2.1, 2, 2)) });
  record.runs.find((run) => run.block === 4 && run.label === 'naive')?.checks.push(broken);
  const { kind, text } = judge(record);
  expect(kind).toBe('faster');
  expect(text).toContain('async is 10 × faster');
  expect(text).toContain('Left out: naive in block 4');
});

test('an open ledger of an exact arm is the verdict, before any speed', () => {
  const record = studyRecord({ blocks: blocks(p95s(20, 22, 19), p95s(2, 2.1, 2)) });
  const run = record.runs.find(({ block, label }) => block === 3 && label === 'async');
  if (run === undefined) throw new Error('the fixture has no such run');
  run.ledger = { ...run.ledger, lost: 12, issuesOpen: 1, closed: false };
  run.checks.push({ name: 'ledger closed', holds: false, seen: '12 lost', limit: 'none' });
  const { kind, text, code } = judge(record);
  expect([kind, code]).toEqual(['ledger open', 10]);
  expect(text).toMatch(
    /^LEDGER OPEN: async promises exactness, yet in block 3 it lost 12 and stored 0 too many/,
  );
  expect(text).not.toContain('faster');
  run.drainMs = null; // what is late is not called lost
  expect(judge(record).text).toContain(
    'yet in block 3 when the time to drain was over it still lacked 12 and stored 0 too many',
  );
});

const twice = [entry('floor'), entry('async', 'async-a'), entry('async', 'async-b')];
const aa = (a: number[], b: number[]) =>
  studyRecord({
    aa: true,
    entries: twice,
    blocks: a.map((p95, index) => ({
      floor: { p95: 1 },
      'async-a': { p95 },
      'async-b': { p95: b[index] as number },
    })),
  });

test('an A/A study holds when its interval covers 1, and says what can not be seen', () => {
  const { kind, text, code } = judge(aa([2, 2.2, 2.1], [2.1, 2.1, 2.2]));
  expect([kind, code]).toEqual(['A/A holds', 0]);
  expect(text).toContain("Differences below 14 % can't be seen on this rig");
  expect(text).toContain('can show: p95 ±14 %');
});

test('an A/A study that finds a difference says that the rig is wrong', () => {
  const { kind, code } = judge(aa([2, 2.1, 2], [4, 4.1, 4]));
  expect([kind, code]).toEqual(['A/A broken', 11]);
});

test('a study that did not end has no verdict', () => {
  const all = blocks(p95s(20, 22, 19), p95s(2, 2.1, 2));
  const end = (state: RunRecord['state']) => judge(studyRecord({ blocks: all, state }));
  expect(end('interrupted')).toMatchObject({ kind: 'unfinished', code: 130 });
  expect(end('failed')).toMatchObject({ kind: 'unfinished', code: 13 });
  expect(end('running').text).toContain('was killed');
});

test('a lowered rate is told', () => {
  const record = studyRecord({ blocks: blocks(p95s(20, 22, 19), p95s(2, 2.1, 2)) });
  record.plan.rateReason = 'The rate is 800 arrivals a second for all arms.';
  expect(judge(record).text).toContain(record.plan.rateReason);
});

test('an arm alone is compared with the floor', () => {
  const record = studyRecord({
    entries: [entry('floor'), entry('async')],
    blocks: [1, 1.1, 1.05].map((p95) => ({ floor: { p95 }, async: { p95: p95 * 3 } })),
  });
  expect(judge(record).text).toMatch(/async is 3\.0 × slower than floor/);
});
