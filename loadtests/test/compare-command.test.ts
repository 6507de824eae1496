/** The command on records on disk: exit codes, and two records that must not be compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCompareConfig } from '@hotpath/loadtests/compare-command';
import { UsageError } from '@hotpath/loadtests/flags';
import { unlike } from '@hotpath/loadtests/report/likeness';
import { type RunRecord, runRecords } from '@hotpath/loadtests/run-record';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { studyRecord } from './report/record-fixture.js';
import { runHotpath } from './rig/command-line.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hotpath-compare-'));
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

function study(p95: number, blocks = 4): RunRecord {
  return studyRecord({
    blocks: [1, 1.02, 0.99, 1.01].slice(0, blocks).map((noise) => ({
      floor: { p95: noise },
      naive: { p95: 30 * noise },
      async: { p95: p95 * noise },
    })),
  });
}

/** @returns the directory */
async function kept(name: string, record: RunRecord): Promise<string> {
  const directory = mkdtempSync(join(path, `${name}-`));
  await runRecords.write(directory, record);
  return directory;
}

test('ends with 0 without, with 12 with a regression, with 11 with too few runs, and says why', async () => {
  const [a, same, worse, short] = await Promise.all([
    kept('a', study(4)),
    kept('same', study(4.02)),
    kept('worse', study(5)),
    kept('short', study(5, 2)),
  ]);
  expect(await runHotpath('compare', a, same)).toMatchObject({ code: 0, stderr: '' });
  const regressed = await runHotpath('compare', a, worse);
  expect(regressed.code).toBe(12);
  expect(regressed.stdout).toContain('REGRESSION');
  expect((await runHotpath('compare', a, worse, '--tolerance', '30%')).code).toBe(0);
  const few = await runHotpath('compare', a, short);
  expect(few).toMatchObject({ code: 11, stdout: expect.stringContaining('3 a side are needed') });
});

test('records that are not alike are refused with 2, and every difference is named', async () => {
  const other = study(4);
  other.plan.ratePerSecond = 800;
  other.host.cores = 8;
  const [a, b] = [await kept('a', study(4)), await kept('b', other)];
  const { code, stdout, stderr } = await runHotpath('compare', a, b);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('rate: 1,200 /s and 800 /s');
  expect(stderr).toContain('processor: 2 × Test CPU and 8 × Test CPU');
});

test.each<[string, (record: RunRecord) => void]>([
  ['scenario', ({ plan }) => Object.assign(plan, { scenario: 'spike' })],
  ['scenario', ({ plan }) => Object.assign(plan, { model: 'closed' })],
  ['rate', ({ plan }) => Object.assign(plan, { ratePerSecond: 1_199 })],
  ['window', ({ plan }) => Object.assign(plan, { measureSeconds: 30 })],
  ['warm-up', ({ plan }) => Object.assign(plan, { warmUpSeconds: 10 })],
  ['fault', ({ plan }) => Object.assign(plan, { fault: 'row-lock' })],
  ['time-out', ({ plan }) => Object.assign(plan, { timeoutSeconds: 9 })],
  ['durability', ({ durability }) => Object.assign(durability.settings, { sync_binlog: '0' })],
  ['durability', ({ durability }) => Object.assign(durability, { holds: false })],
  ['processor', ({ host }) => Object.assign(host, { cpuModel: 'Another' })],
  ['memory', ({ host }) => Object.assign(host, { memoryBytes: 2 ** 34 })],
  ['rig', ({ plan }) => Object.assign(plan, { rig: 'compose' })],
  ['kind', ({ plan }) => Object.assign(plan, { aa: true })],
  ['watched', ({ runs }) => Object.assign(runs[0] ?? {}, { observation: {} })],
])('another %s makes two records unlike', (name, change) => {
  const [a, b] = [study(4), study(4)];
  expect(unlike(a, b)).toEqual([]);
  change(b);
  expect(unlike(a, b).map((difference) => difference.split(':')[0])).toEqual([name]);
});

test('what may explain a change does not forbid the comparison, and is told', async () => {
  const newer = study(4);
  newer.versions = { ...newer.versions, node: '24.1.0' };
  newer.host.kernel = '6.8';
  const { code, stdout } = await runHotpath(
    'compare',
    await kept('a', study(4)),
    await kept('b', newer),
  );
  expect(code).toBe(0);
  expect(stdout).toContain('Also different: kernel 6.1 → 6.8, node 20.20.0 → 24.1.0');
});

test('two directories, and percentages within bounds', async () => {
  expect(parseCompareConfig(['a', 'b', '--tolerance', '2.5 %'])).toMatchObject({
    toleranceShare: 0.025,
    confidence: 0.95,
  });
  for (const argv of [
    [],
    ['a'],
    ['a', 'b', 'c'],
    ['a', 'b', '--tolerance', '101%'],
    ['a', 'b', '--tolerance', 'few'],
    ['a', 'b', '--confidence', '100%'],
  ]) {
    expect(() => parseCompareConfig(argv), argv.join(' ')).toThrow(UsageError);
  }
  const missing = await runHotpath('compare', path, path);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('run.json') });
});
