import { faultSentencesOf } from '@hotpath/loadtests/report/fault';
import { renderMarkdown } from '@hotpath/loadtests/report/markdown';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import { expect, test } from 'vitest';
import { studyRecord } from './record-fixture.js';

const plain = studyRecord({
  blocks: [1, 1.1, 0.9].map((noise) => ({
    floor: { p95: noise },
    naive: { p95: 1_900 * noise, intended: null },
    async: { p95: 4 * noise },
  })),
});
const faulty = structuredClone(plain);
faulty.plan.fault = 'row-lock';
for (const run of faulty.runs) {
  if (run.label === 'floor') continue;
  const waitingMax = run.label === 'async' ? 1 : 8 + (run.block % 3);
  run.fault = { name: 'row-lock', startedAfterMs: 3_333, heldMs: 2_001, waitingMax };
}

test('what was done is said, then what became of each arm: latency, drops, who waited', () => {
  const [done, floor, naive, async, ...more] = faultSentencesOf(faulty);
  expect(done).toContain('holds the row of the hottest issue for 2 s');
  expect(floor).toContain('floor stores nothing');
  expect(naive).toBe(
    'naive: p95 1.9 s, p99 3.8 s, slowest 7.6 s of what it answered; 25.0 % of the arrivals dropped, ' +
      '0.0 % of the requests refused or failed; up to 10 of its transactions waited for the row at once.',
  );
  expect(async).toMatch(/^async: p95 4\.0 ms, p99 8\.0 ms, slowest 16 ms .* up to 1 of its/);
  expect(more).toEqual([]);
});

test('the verdict names the fault, and both reports have its sentences and the slowest answer', () => {
  expect(verdictOf(faulty).sentences[0]).toContain('arrivals a second under the fault row-lock');
  const text = renderTerminal(faulty).replace(/\s+/g, ' ');
  for (const sentence of faultSentencesOf(faulty)) {
    expect(text).toContain(sentence);
    expect(renderMarkdown(faulty)).toContain(`- ${sentence}`);
  }
  expect(text).toContain('slowest answer');
});

test('without a fault nothing is said of one', () => {
  expect(faultSentencesOf(plain)).toEqual([]);
  expect(renderTerminal(plain)).not.toMatch(/fault|slowest answer/i);
  expect(renderMarkdown(plain)).not.toMatch(/fault/i);
});
