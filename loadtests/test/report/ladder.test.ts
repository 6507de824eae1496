import { ladderSentences, ladderSteps } from '@hotpath/loadtests/report/ladder';
import { renderMarkdown } from '@hotpath/loadtests/report/markdown';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import { expect, test } from 'vitest';
import { broken, entry, studyRecord } from './record-fixture.js';

const arms = ['floor', 'floor-batched', 'naive', 'upsert', 'group-commit', 'async'];

function ladderOf(names: readonly string[]) {
  return studyRecord({
    entries: names.map((name) => entry(name)),
    blocks: [1, 1.05, 0.97].map((noise) => ({
      floor: { p95: noise },
      'floor-batched': { p95: noise },
      naive: { p95: 900 * noise, intended: null, lost: 3_000, cpu: 1_800 },
      upsert: { p95: 8 * noise, cpu: 450 * noise },
      'group-commit': { p95: 4 / noise, cpu: 200 },
      async: { p95: 4, cpu: 300 * noise },
    })),
  });
}

const record = ladderOf(arms);

test('the verdict stays that of naive and async, and each step is told in a sentence of its own', () => {
  expect(verdictOf(record).sentences[0]).toMatch(/^async is at least 2\d\d × faster than naive/);
  expect(verdictOf(record).sentences.join()).not.toMatch(/upsert .*(faster|slower) than naive/);
  const [upsert, groupCommit, async, redis, ...more] = ladderSentences(record);
  expect(upsert).toMatch(/^naive → upsert \(one statement .*p95 at least 11\d × shorter/);
  expect(upsert).toContain('throughput 1.3 × higher (95 % interval 1.3–1.3 ×)');
  expect(upsert).toContain('CPU an event 4.0 × lower (95 % interval');
  expect(upsert).toMatch(/lost 9,000 \(21\.7 %\) → none, counts kept 1\.3 × \(95 %/);
  expect(groupCommit).toMatch(/^upsert → group-commit .*: p95 2\.0 × shorter .*nothing lost/);
  expect(async).toMatch(
    /^group-commit → async .*: p95: no difference shown \(0\.99 ×, .*both carry all that is offered/,
  );
  expect(async).toMatch(/CPU an event 1\.5 × higher \(95 % interval 1\.4–1\.7 ×\)/);
  expect(redis).toMatch(
    /^What Redis does not buy at this load, over group-commit: a shorter p95, cheaper events\./,
  );
  expect(more).toEqual([]);
});

test('terminal and Markdown say the same sentences, and no line is wider than 100 columns', () => {
  const text = renderTerminal(record);
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  const unwrapped = text.replace(/\s+/g, ' ');
  for (const sentence of ladderSentences(record)) {
    expect(unwrapped).toContain(sentence);
    expect(renderMarkdown(record)).toContain(`- ${sentence}`);
  }
  for (const pair of ['async against naive', 'upsert against naive', 'async against group-commit'])
    expect(text).toContain(pair);
  expect(text).not.toContain('group-commit against naive');
});

test('six arms have their multiples of the floor below the numbers, none cut', () => {
  const lines = renderTerminal(record).split('\n');
  const at = lines.findIndex((line) => line.startsWith('p95 of answered'));
  expect(lines[at]).toMatch(/1\.0 ms +1\.0 ms +900 ms +8\.0 ms +4\.0 ms +4\.0 ms$/);
  expect(lines[at + 1]).toMatch(/^ {2}× floor +1\.0 × +900 × +8\.0 × +4\.0 × +4\.0 ×$/);
  expect(lines.find((line) => line.includes('floor-batched'))).toMatch(
    /floor {2}floor-batched +naive +upsert {2}group-commit +async$/,
  );
});

test('a rung left out makes one longer step; two arms of the ladder are no ladder', () => {
  const steps = (names: readonly string[]) =>
    ladderSteps(ladderOf(names)).map(({ reference, subject }) => `${reference} → ${subject}`);
  expect(steps(['floor', 'async', 'naive', 'group-commit'])).toEqual([
    'naive → group-commit',
    'group-commit → async',
  ]);
  expect(steps(['floor', 'naive', 'async'])).toEqual([]);
});

test('a step without three valid blocks is not told, and the others are', () => {
  const marked = structuredClone(record);
  marked.runs.find((run) => run.label === 'naive')?.checks.push(broken);
  const told = ladderSentences(marked).map((sentence) => sentence.split(' (')[0]);
  expect(told.slice(0, 2)).toEqual(['upsert → group-commit', 'group-commit → async']);
});
