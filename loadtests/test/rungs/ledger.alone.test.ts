/** The rungs under a load of the study's own kind. Alone, as a run judges what else the host does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ladderSteps } from '@hotpath/loadtests/report/ladder';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { runRecords } from '@hotpath/loadtests/run-record';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesOf, runHotpath } from '../rig/command-line.js';

/** Four runs of about 20 s, and up to 30 s of waiting for calm before each. */
const studyMsMax = 240_000;

let rig: string;
let out: string;

beforeEach(() => {
  rig = temporaryRigPath('ladder');
  out = mkdtempSync(join(tmpdir(), 'hotpath-ladder-'));
});

afterEach(async () => {
  await runHotpath('rig', 'down', '--dir', rig); // ends what a failed test has left
  for (const path of [rig, out]) rmSync(path, { recursive: true, force: true });
});

test(
  'upsert and group-commit store exactly what they acknowledged, also while the hottest row is held',
  async () => {
    const arms = ['--arms', 'upsert,group-commit,async', '--fault', 'row-lock'];
    const load = ['--blocks', '1', '--rate', '200', '--seconds', '6', '--warm-up', '1'];
    const flags = [...arms, ...load, '--seed', '5', '--rig-dir', rig, '--out', out];
    const { code, stdout, stderr } = await runHotpath('study', ...flags);
    expect({ code, stdout, stderr }).toMatchObject({ code: 11 }); // one block is too few
    const record = await runRecords.read(out);
    expect(record.plan).toMatchObject({ fault: 'row-lock' });
    expect(record.runs.map(({ label }) => label).sort()).toEqual([
      ...['async', 'floor', 'group-commit', 'upsert'],
    ]);
    for (const { label, ledger, load, fault, checks } of record.runs) {
      if (label === 'floor') {
        expect(fault).toBeUndefined();
        continue;
      }
      expect(ledger, label).toMatchObject({ closed: true, lost: 0, surplus: 0, unknown: 0 });
      expect(ledger.stored, label).toBe(ledger.acknowledged);
      expect(load.outcomes.counted, label).toBeGreaterThan(1_000);
      expect(fault?.heldMs, label).toBeGreaterThanOrEqual(2_000);
      expect(fault?.waitingMax, label).toBeGreaterThan(0);
      const moved = checks.find(({ name }) => name === 'the fault moved something');
      expect(moved, label).toMatchObject({ holds: true });
    }
    const slowest = (name: string) =>
      record.runs.find(({ label }) => label === name)?.load.answeredMs?.max ?? 0;
    // Whoever writes the row inside the request waits for it; async's worker waits instead.
    for (const name of ['upsert', 'group-commit']) expect(slowest(name)).toBeGreaterThan(1_000);
    expect(slowest('async')).toBeLessThan(slowest('group-commit'));
    expect(ladderSteps(record).map(({ subject }) => subject)).toEqual(['group-commit', 'async']);
    expect(stdout).toContain('Under the fault');
    expect(processesOf(rig)).toEqual([]);
  },
  studyMsMax,
);
