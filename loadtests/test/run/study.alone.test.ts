/** Real studies and runs through the command line. Alone, as they judge what else the host does. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '@hotpath/loadtests/exit-codes';
import { exitCodeOf } from '@hotpath/loadtests/report/exit-code';
import { renderHtml } from '@hotpath/loadtests/report/html/page';
import { renderTerminal } from '@hotpath/loadtests/report/terminal';
import { verdictOf } from '@hotpath/loadtests/report/verdict';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { type RunRecord, runRecords } from '@hotpath/loadtests/run-record';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import {
  type Ended,
  processesOf,
  type RunningCommand,
  recordedIn,
  runHotpath,
  startHotpath,
} from '../rig/command-line.js';

/** Three runs of about 10 s, and up to 30 s of waiting for calm. */
const studyMsMax = 180_000;

let rig: string;
let out: string;
let running: RunningCommand | null;

beforeEach(() => {
  rig = temporaryRigPath('study');
  out = mkdtempSync(join(tmpdir(), 'hotpath-study-'));
  running = null;
});

afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  await runHotpath('rig', 'down', '--dir', rig); // ends what a failed test has left
  for (const path of [rig, out]) rmSync(path, { recursive: true, force: true });
});

function start(args: readonly string[], seconds = 2): RunningCommand {
  const window = ['--seconds', String(seconds), '--warm-up', '1'];
  const load = ['--rate', '100', '--seed', '5', ...window];
  running = startHotpath(...args, ...load, '--rig-dir', rig, '--out', out);
  return running;
}

/** What was printed is what the record says, and so is the exit code; nothing of it runs any more. */
async function expectToldAndGone({ code, stdout, stderr }: Ended): Promise<RunRecord> {
  const record = await runRecords.read(out);
  expect({ stdout, stderr }).toMatchObject({
    stdout: expect.stringContaining(renderTerminal(record)),
  });
  expect(code).toBe(exitCodeOf(verdictOf(record), record));
  expect(processesOf(rig)).toEqual([]);
  return record;
}

function waitFor(process: string) {
  const found = () => {
    if (running?.child.exitCode !== null)
      throw new Error(`hotpath ended before ${process} started`);
    return recordedIn(rig).find(({ name }) => name === process);
  };
  return waitUntil(found, { withinMs: 60_000, everyMs: 5, until: `${process} has started` });
}

const failing = ({ checks }: RunRecord['runs'][number]) =>
  checks.filter(({ holds }) => !holds).map(({ name }) => name);

test(
  'a small study ends with table and verdict, and the report prints the same from the record alone',
  async () => {
    const record = await expectToldAndGone(await start(['study', '--blocks', '1']).ended);
    expect(record.state).toBe('complete');
    expect(exitCodeOf(verdictOf(record), record)).toBe(exitCodes.runInvalid); // one block is too few
    expect(record.runs.map(({ label }) => label)).toEqual(record.plan.orders.flat());
    expect(record.durability).toMatchObject({ holds: true, settings: { appendfsync: 'always' } });
    for (const run of record.runs) {
      expect(run.load).toMatchObject({ offered: 200, dropped: 0 });
      expect(run.ledger).toMatchObject({ balanced: true, unknown: 0 });
      expect(run.ledger.acknowledged).toBeGreaterThanOrEqual(298);
      expect(run.deaths).toEqual([]);
      const { outcomes } = run.load;
      expect(run.courses?.map(({ phase }) => phase)).toEqual(['warm-up', 'measured']);
      expect(run.requestPhases?.requests).toBe(outcomes.counted + outcomes.duplicate);
      expect(run.requestPhases?.band).toMatchObject({ sampled: run.requestPhases?.requests });
      expect(run.observation?.targets.length).toBeGreaterThan(5);
      const names = run.processes.map(({ name }) => name);
      expect(names).toEqual([
        'api',
        ...(run.arm === 'async' ? ['worker'] : []),
        'mysql',
        'redis',
        'k6',
      ]);
      expect(run.processes.find(({ name }) => name === 'api')?.cpuSeconds).toBeGreaterThan(0);
      expect(readdirSync(join(out, run.directory)).sort()).toEqual(
        expect.arrayContaining([
          'measured.json',
          'measured.log.gz',
          'warm-up.json',
          'warm-up.log.gz',
        ]),
      );
    }
    for (const run of record.runs.filter(({ arm }) => arm === 'async')) {
      expect(run.ledger).toMatchObject({ closed: true, stored: run.ledger.acknowledged, lost: 0 });
    }
    const again = await runHotpath('report', out);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe(renderHtml(record));
    expect(again).toMatchObject({ code: 0, stdout: `${renderTerminal(record)}\n` });
  },
  studyMsMax,
);

test(
  'Ctrl-C in the middle of a window leaves no process, and a record that says interrupted',
  async () => {
    const { child, ended } = start(['study', '--blocks', '3'], 60);
    await waitFor('k6-measured');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(processesOf(rig)).toEqual([]);
    const record = await runRecords.read(out);
    expect(record.state).toBe('interrupted');
    expect(verdictOf(record).sentences[0]).toContain('interrupted after 0 of 9 runs');
  },
  studyMsMax,
);

test(
  'an async run closes its ledger, and says so',
  async () => {
    const result = await start(['run', 'steady', '--arm', 'async', '--observe', 'no']).ended;
    const record = await expectToldAndGone(result);
    const [run] = record.runs;
    expect(run?.observation).toBeUndefined();
    expect(record.plan).toMatchObject({ ratePerSecond: 100, measureSeconds: 2, blocks: 1 });
    expect(run?.load).toMatchObject({ offered: 200, dropped: 0 });
    expect(run?.ledger).toMatchObject({ closed: true, balanced: true, lost: 0, surplus: 0 });
    expect(run?.ledger.stored).toBe(run?.ledger.acknowledged);
    expect(run && failing(run)).not.toContain('ledger closed');
    expect(result.stdout).toMatch(/^lost +0$/m);
    expect(result.stdout).toMatch(/^Outcomes: \d+ counted/m);
  },
  studyMsMax,
);

test(
  'a naive API that dies in the window makes the run invalid, by name',
  async () => {
    const { ended } = start(['run', 'steady', '--arm', 'naive']);
    await waitFor('k6-measured');
    const api = await waitFor('naive');
    process.kill(api.pid, 'SIGKILL');
    const record = await expectToldAndGone(await ended);
    const [run] = record.runs;
    expect(run?.deaths).toEqual([{ process: 'naive', how: 'SIGKILL' }]);
    expect(run && failing(run)).toContain('no process died unasked');
    expect(verdictOf(record).kind).toBe('invalid');
  },
  studyMsMax,
);

test(
  'an async worker that dies in the window leaves the ledger open, and that is said before all else',
  async () => {
    const { ended } = start(['run', 'steady', '--arm', 'async']);
    await waitFor('k6-measured');
    const worker = await waitFor('async-worker');
    process.kill(worker.pid, 'SIGKILL');
    const result = await ended;
    const record = await expectToldAndGone(result);
    expect(result.code).toBe(10);
    expect(result.stdout).toContain('LEDGER OPEN: async promises exactness');
    const [run] = record.runs;
    expect(run && failing(run)).toEqual(
      expect.arrayContaining(['no process died unasked', 'ledger closed', 'drained']),
    );
    expect(run?.ledger.lost).toBeGreaterThan(0);
  },
  studyMsMax,
);

test(
  'a service at a URL is loaded, and nothing is said of what it stores',
  async () => {
    const stage = await openStage('naive', inject('stores'), { name: 'remote' });
    try {
      const { url } = stage.service;
      const record = await expectToldAndGone(await start(['run', 'steady', '--url', url]).ended);
      const [run] = record.runs;
      expect(run?.load.outcomes.counted).toBeGreaterThanOrEqual(200);
      expect(run?.ledger).toMatchObject({ stored: null, closed: null, balanced: true });
      expect(record.plan.entries).toEqual([expect.objectContaining({ label: url, arm: 'remote' })]);
    } finally {
      await stage.close();
    }
  },
  studyMsMax,
);

test('a bad flag ends with 2, names the flag and starts nothing', async () => {
  for (const args of [['study', '--rat', '5'], ['run', 'steady', '--arm', 'x'], ['report']]) {
    const { code, stdout, stderr } = await runHotpath(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(args.at(args[0] === 'report' ? 0 : -2)?.replace('steady', ''));
  }
  expect(existsSync(rig)).toBe(false);
});

test('a record directory that is in use is refused before anything starts', async () => {
  rmSync(out, { recursive: true });
  const inUse = await runHotpath('study', '--out', join(out, '..'), '--rig-dir', rig);
  expect(inUse).toMatchObject({ code: 2, stderr: expect.stringContaining('--out') });
  expect(existsSync(rig)).toBe(false);
});
