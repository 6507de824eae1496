import { compareRecords } from '@hotpath/loadtests/report/record-comparison';
import { renderComparison } from '@hotpath/loadtests/report/record-comparison-text';
import { ledgerCheckName, type RunRecord } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { broken, type RunFigures, studyRecord } from './record-fixture.js';

const limits = { toleranceShare: 0.05, confidence: 0.95 };
const noises = [1, 1.04, 0.97, 1.02, 0.98];

/** Five blocks with a few percent of noise; each arm's figures times what is given. */
function study(async: Partial<RunFigures> = {}, factor = 1, naive: Partial<RunFigures> = {}) {
  return studyRecord({
    blocks: noises.map((noise) => ({
      floor: { p95: 1.1 * noise, cpu: 200 * noise },
      naive: { p95: 900 * noise, intended: null, cpu: 1_800 / noise, lost: 3_000, ...naive },
      async: { p95: 4.5 * noise * factor, cpu: 500 / noise, ...async },
    })),
  });
}

function judged(a: RunRecord, b: RunRecord, more: Partial<typeof limits> = {}) {
  const own = { ...limits, ...more };
  const comparison = compareRecords(a, b, own);
  const worse = comparison.changes
    .filter(({ kind }) => kind === 'worse')
    .map(({ label, figure }) => `${label} ${figure.name}`);
  return {
    outcome: comparison.outcome,
    worse,
    text: renderComparison(a, b, comparison, own),
    obstacles: comparison.obstacles,
  };
}

test('the same load twice is no regression, and it says how much could have stayed unseen', () => {
  const { outcome, worse, text } = judged(study(), study());
  expect({ outcome, worse }).toEqual({ outcome: 'no regression', worse: [] });
  expect(text).toContain('No regression: nothing is shown to be worse in B');
  expect(text).not.toContain('REGRESSION');
  expect(judged(study(), study(), { toleranceShare: 0.001 }).text).toMatch(
    /Not seen is not absent: \d+ figures of \d+ could be worse/,
  );
});

test('20 % more latency is a regression of the arm that has it, and of no other', () => {
  const { outcome, worse, text } = judged(study(), study({}, 1.2));
  expect(outcome).toBe('regression');
  expect(worse).toEqual([
    'async p50 of answered',
    'async p95 of answered',
    'async p99 of answered',
    'async p95 of intended',
  ]);
  expect(text).toMatch(/^REGRESSION: B is worse than A/m);
  expect(text).toMatch(/Worse: p95 of answered of async went from 4\.5 ms to 5\.4 ms, \+20 %/);
  expect(text).toMatch(/p95 of answered +4\.5 ms +5\.4 ms +\+20 % +\+1\d % … \+2\d % {2}WORSE/);
  expect(text).toMatch(/\d+ figures were looked at: [\s\S]* by chance/);
});

test('the same change the other way is better, and no regression', () => {
  const { outcome, text } = judged(study({}, 1.2), study());
  expect(outcome).toBe('no regression');
  expect(text).toMatch(/Better: p95 of answered of async went from 5\.4 ms to 4\.5 ms, −17 %/);
});

test('a sure change below the tolerance is let pass; with a smaller tolerance it is not', () => {
  const quiet = (factor: number) =>
    studyRecord({
      blocks: [1, 1.001, 0.999].map((noise) => ({
        floor: { p95: 1 },
        naive: { p95: 20 },
        async: { p95: 4 * noise * factor },
      })),
    });
  expect(judged(quiet(1), quiet(1.03)).outcome).toBe('no regression');
  expect(judged(quiet(1), quiet(1.03)).text).toMatch(/\+3\.0 % .* within$/m);
  expect(judged(quiet(1), quiet(1.03), { toleranceShare: 0.02 }).outcome).toBe('regression');
});

test('a large change that the runs scatter around is no regression; a wider interval excuses more', () => {
  const wild = (factor: number) =>
    studyRecord({
      blocks: [0.5, 1, 2, 1.4].map((noise) => ({
        floor: { p95: 1 },
        naive: { p95: 20 },
        async: { p95: 4 * noise * factor },
      })),
    });
  expect(judged(wild(1), wild(1.3)).outcome).toBe('no regression');
  expect(judged(study(), study({}, 1.08)).outcome).toBe('regression');
  expect(judged(study(), study({}, 1.08), { confidence: 0.999 }).outcome).toBe('no regression');
});

test('CPU an event and throughput are judged too, each in its own direction', () => {
  expect(judged(study(), study({ cpu: 700 })).worse).toEqual(['async CPU an event']);
  const slower = study();
  for (const run of slower.runs) {
    if (run.label === 'async') run.load.achievedPerSecond *= 0.8 + run.block / 1_000;
  }
  const { worse, outcome } = judged(study(), slower);
  expect({ worse, outcome }).toEqual({
    worse: ['async achieved (2xx)'],
    outcome: 'regression',
  });
  expect(judged(slower, study()).outcome).toBe('no regression');
});

test('an arm that starts to lose, or goes over the time-out, regressed, though there is no ratio', () => {
  const kept = study({}, 1, { intended: 900, lost: 0 });
  const lossy = judged(kept, study({}, 1, { intended: 900 }));
  expect(lossy.worse).toEqual(['naive counts lost']);
  expect(lossy.text).toMatch(/lost +none +17\.9 % +– +– {2}WORSE/);
  const over = judged(kept, study({}, 1, { lost: 0 }));
  expect(over.worse).toContain('naive p95 of intended');
  expect(over.text).toContain('p95 of intended of naive went from 900 ms to > 10 s');
  expect(judged(study(), kept).outcome).toBe('no regression');
});

test('when one run of several is off the scale, the figure is called unclear and is no regression', () => {
  const mixed = study({}, 1, { intended: 900, lost: 0 });
  const [run] = mixed.runs.filter(({ label }) => label === 'naive');
  if (run) run.load.intended.p95Ms = null;
  const { worse, text } = judged(study({}, 1, { intended: 900, lost: 0 }), mixed);
  expect(worse).toEqual([]);
  expect(text).toMatch(/p95 of intended +900 ms +> 10 s in 1 of 5 +– +– {2}unclear/);
  expect(text).toContain('Unclear: p95 of intended of naive went from 900 ms to > 10 s in 1 of 5.');
});

test('most runs off the scale, where none was, are worse; the other way round better', () => {
  const kept = study({}, 1, { intended: 900, lost: 0 });
  const mostly = study({}, 1, { intended: 900, lost: 0 });
  const off = mostly.runs.filter(({ label }) => label === 'naive').slice(0, 3);
  for (const run of off) run.load.intended.p95Ms = null;
  const fallen = judged(kept, mostly);
  expect(fallen.worse).toEqual(['naive p95 of intended']);
  expect(fallen.outcome).toBe('regression');
  expect(judged(mostly, kept).outcome).toBe('no regression');
  expect(judged(mostly, kept).text).toContain('Better: p95 of intended of naive');
});

test('a floor that moved is said, as then the machine or what all arms share is another', () => {
  const moved = study();
  for (const { label, load } of moved.runs) {
    if (label === 'floor' && load.answeredMs) load.answeredMs.p95 *= 1.5;
  }
  expect(judged(study(), moved).text).toContain('The floor changed as well.');
  expect(judged(study(), study({}, 1.2)).text).not.toContain('The floor changed');
});

test('fewer than three valid runs a side give no answer, unless another arm regressed', () => {
  const short = study();
  const marked = short.runs.filter(({ label }) => label === 'naive').slice(0, 3);
  for (const run of marked) run.checks.push(broken);
  const { outcome, obstacles, text } = judged(study(), short);
  expect(outcome).toBe('too few runs');
  expect(obstacles).toEqual(['naive has 5 and 2 valid runs; 3 a side are needed.']);
  expect(text).toContain('No answer: there are too few valid runs.');
  const slow = study({}, 1.2);
  for (const run of slow.runs.filter(({ label }) => label === 'naive')) run.checks.push(broken);
  expect(judged(study(), slow).outcome).toBe('regression');
});

test('an open ledger is not compared for speed, nor is a study that did not end', () => {
  const open = study();
  const run = open.runs.find(({ label }) => label === 'async');
  run?.checks.push({ name: ledgerCheckName, holds: false, seen: '1 lost', limit: 'none' });
  expect(judged(study(), open).outcome).toBe('ledger open');
  expect(judged(open, study()).text).toContain('LEDGER OPEN');
  const stopped: RunRecord = { ...study(), state: 'interrupted' };
  expect(judged(study(), stopped)).toMatchObject({
    outcome: 'too few runs',
    obstacles: ['fixture is interrupted, not complete.'],
  });
});

test('no line is wider than 100 columns', () => {
  const wide = study();
  wide.host.cpuModel = 'A processor with a rather long name @ 2.40GHz';
  for (const line of judged(wide, study({}, 3)).text.split('\n'))
    expect(line.length, line).toBeLessThanOrEqual(100);
});
