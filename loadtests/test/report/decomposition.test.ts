import { bandDecompositions } from '@hotpath/loadtests/report/decomposition';
import { renderMarkdown } from '@hotpath/loadtests/report/markdown';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import type { RunRecord } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { fullStudy } from './html/full-record.js';
import { broken } from './record-fixture.js';

const phasesOfNaive = (record: RunRecord) =>
  record.runs.flatMap(({ label, requestPhases }) =>
    label === 'naive' && requestPhases ? [requestPhases] : [],
  );

/** As fullStudy, with naive waiting nine tenths of 100 ms around its p95 and a tenth of 10 ms on the mean. */
function study(): RunRecord {
  const record = fullStudy();
  for (const phases of phasesOfNaive(record)) {
    phases.requests = 1_000;
    phases.seconds = { wait: 1, store: 9 };
    if (phases.band)
      Object.assign(phases.band, { requests: 50, seconds: { wait: 4.5, store: 0.5 } });
  }
  return record;
}

test('mean and p95 stand one below the other, each with its n, its length and the share of each phase', () => {
  const lines = renderTerminal(study()).split('\n');
  const [mean, p95] = lines.slice(lines.findIndex((line) => /^ {2}naive +mean/.test(line)));
  const cells = (line = '') => line.trim().split(/ {2,}/);
  const none = '0.0 %';
  const shares = (wait: string, store: string) => [none, none, none, wait, store, none];
  expect(cells(mean)).toEqual(['naive', 'mean', '3,000', '10 ms', ...shares('10.0 %', '90.0 %')]);
  expect(cells(p95)).toEqual(['naive', 'p95', '150', '100 ms', ...shares('90.0 %', '10.0 %')]);
  expect(renderTerminal(study()).replace(/\s+/g, ' ')).toContain(
    'p95: around the p95: between p94 and p96 of the time that the API took, in a uniform sample of up to 4,096',
  );
  expect(renderMarkdown(study())).toContain('| naive | p95 | 150 | 100 ms | 0.0 % |');
});

test('how much of what k6 saw was in the API is said', () => {
  const record = study();
  for (const { label, load } of record.runs)
    if (label === 'naive' && load.answeredMs) load.answeredMs.p95 = 125;
  expect(renderMarkdown(record)).toMatch(
    /Of the p95 that k6 saw, the API had floor \d+ %, naive 80 %,/,
  );
});

test('an invalid run is left out', () => {
  const record = study();
  record.runs.find(({ label, block }) => label === 'naive' && block === 1)?.checks.push(broken);
  const naive = bandDecompositions(record).find(({ label }) => label === 'naive');
  expect(naive).toMatchObject({ runs: 2, requests: 100 });
});

test('a record from before the slow ones were kept shows the means alone', () => {
  const record = study();
  for (const { requestPhases } of record.runs) if (requestPhases) delete requestPhases.band;
  expect(renderTerminal(record)).toMatch(/naive +mean +3,000/);
  expect(renderTerminal(record)).not.toContain('around the p95');
  expect(renderMarkdown(record)).not.toContain('Where the time');
});
