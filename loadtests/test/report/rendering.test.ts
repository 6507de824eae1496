import { renderMarkdown } from '@hotpath/loadtests/report/markdown';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import { type RunRecord, runRecords } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { broken, studyRecord } from './record-fixture.js';

const record = studyRecord({
  blocks: [412, 300, 500].map((p95) => ({
    floor: { p95: 1 },
    naive: { p95, intended: null, lost: 3_000, cpu: 1_500 },
    async: { p95: 2.5, cpu: 80 },
  })),
});

function row(text: string, name: string): string {
  return text.split('\n').find((line) => line.startsWith(name)) ?? '';
}

test('the table says everything of every arm, with units and multiples of the floor', () => {
  const text = renderTerminal(record);
  expect(row(text, 'offered')).toMatch(/1,200 \/s +1,200 \/s +1,200 \/s$/);
  expect(row(text, 'achieved')).toMatch(/1,200 \/s +900 \/s +0\.75 × +1,200 \/s +1\.0 ×$/);
  expect(row(text, 'dropped')).toMatch(/0\.0 % +25\.0 % +0\.0 %$/);
  expect(row(text, 'p95 of answered')).toMatch(/1\.0 ms +412 ms +412 × +2\.5 ms +2\.5 ×$/);
  expect(row(text, 'p95 of intended')).toMatch(/1\.0 ms +> 10 s +2\.5 ms +2\.5 ×$/);
  expect(row(text, 'lost')).toMatch(/– +9,000 +0$/);
  expect(row(text, 'CPU an event, all')).toMatch(/100 µs +1,500 µs +15 × +80 µs +0\.80 ×$/);
  for (const { promise } of record.plan.entries) expect(text).toContain(promise);
});

test('no line is wider than 100 columns with up to four arms', () => {
  const wide = structuredClone(record);
  const [floor] = wide.plan.entries;
  if (floor !== undefined) {
    wide.plan.entries.push({ ...floor, label: 'floor-batched', arm: 'floor-batched' });
  }
  wide.host.cpuModel = 'A processor with a rather long name @ 2.40GHz';
  for (const each of [record, wide]) {
    for (const line of renderTerminal(each).split('\n'))
      expect(line.length).toBeLessThanOrEqual(100);
  }
});

test('an invalid run is left out of the medians, but its block still shows it, marked', () => {
  const marked = structuredClone(record);
  marked.runs.find((run) => run.block === 3 && run.label === 'naive')?.checks.push(broken);
  const text = renderTerminal(marked);
  expect(row(text, 'p95 of answered')).toContain('356 ms'); // of 412 and 300
  expect(text).toMatch(/^ 3 .*naive > 10 s \(answered 500 ms\) INVALID/m);
  for (const run of marked.runs.filter(({ label }) => label === 'naive')) run.checks.push(broken);
  expect(row(renderTerminal(marked), 'p95 of answered')).toMatch(/1\.0 ms +invalid +2\.5 ms/);
  for (const run of marked.runs) run.checks.push(broken);
  expect(renderTerminal(marked)).toContain('No run is valid, so there is no table.');
});

test('one overloaded block is enough: no median over the others hides it', () => {
  const mixed = structuredClone(record);
  const first = mixed.runs.find(({ label }) => label === 'naive');
  if (first !== undefined) first.load.intended.p95Ms = 30;
  expect(row(renderTerminal(mixed), 'p95 of intended')).toMatch(/1\.0 ms +> 10 s +2\.5 ms/);
});

test('a single run shows its outcomes and ledger, and its figures even when they prove nothing', () => {
  const [, naive] = record.runs;
  const [, naiveEntry] = record.plan.entries;
  if (naive === undefined || naiveEntry === undefined) throw new Error('the fixture has no naive');
  const single: RunRecord = {
    ...record,
    kind: 'run',
    plan: { ...record.plan, blocks: 1, entries: [naiveEntry] },
    runs: [{ ...naive, block: 0, checks: [] }],
  };
  const text = renderTerminal(single);
  expect(text).toContain('Outcomes: 9,000 counted, 0 duplicate');
  expect(text).toContain('naive lost 3,000 of 13,800 acknowledged counts.');
  expect(text).not.toMatch(/floor|by block|INVALID/);
  for (const run of single.runs) run.checks.push(broken);
  expect(row(renderTerminal(single), 'p95 of answered')).toMatch(/412 ms$/);
  expect(renderTerminal(single)).toContain('INVALID: a rule of measuring was broken');
});

test('a single run says of each service whether its memory stayed where it was', () => {
  const minutes = (rssMebibytes: number[]) => ({ everySeconds: 10, rssMebibytes });
  const process = { pid: 1, cpuSeconds: 1, cpuMicrosPerEvent: 1, rssBytesMax: 1 };
  const [run] = record.runs;
  if (run === undefined) throw new Error('the fixture has no run');
  const processes = [
    { ...process, name: 'api', memory: minutes([140, 143, 141, 142, 140, 143, 141]) },
    { ...process, name: 'worker', memory: minutes([100, 110, 120, 130, 140, 150, 160]) },
    { ...process, name: 'redis', memory: minutes([20, 30]) },
  ];
  const text = renderTerminal({ ...record, kind: 'run', runs: [{ ...run, processes }] });
  expect(text).toMatch(/ api resident memory +140–143 MiB +– +not enough data: takes about 15 min/);
  expect(text).toMatch(/ worker resident memory +100–160 MiB/);
  expect(text).not.toMatch(/ redis resident memory/); // ten seconds tell nothing
});

test('closed users intend nothing while they wait, so there is no such row', () => {
  const closed: RunRecord = { ...record, plan: { ...record.plan, model: 'closed' } };
  expect(renderTerminal(closed)).toContain('p95 of answered');
  expect(renderTerminal(closed)).not.toContain('p95 of intended');
});

test('what is rendered depends on the record alone: a copy from disk gives the same text', () => {
  const copy = runRecords.parse(JSON.parse(JSON.stringify(record)), 'copy');
  expect(renderTerminal(copy)).toBe(renderTerminal(record));
  expect(renderMarkdown(copy)).toBe(renderMarkdown(record));
});

test('the block for the README opens with the verdict and has a table with as many cells as arms', () => {
  const lines = renderMarkdown(record).split('\n');
  expect(lines[0]).toMatch(/^\*\*async is at least \d+ × faster than naive .*\*\*$/);
  const table = lines.filter((line) => line.startsWith('|'));
  expect(table.length).toBeGreaterThan(10);
  for (const line of table) expect(line.split('|')).toHaveLength(6);
  expect(lines.join('\n')).toContain('| p95 of intended | 1.0 ms | > 10 s | 2.5 ms (2.5 ×) |');
});
