/** The search in small, on real servers, k6 and wrk: what it prints and records. Never how much. */
import { rmSync } from 'node:fs';
import { capacityRecords } from '@hotpath/loadtests/capacity/capacity-record';
import { renderCapacity } from '@hotpath/loadtests/capacity/capacity-text';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesOf, runHotpath } from '../rig/command-line.js';

const commandMsMax = 90_000;

let path: string;
let out: string;

beforeEach(() => {
  path = temporaryRigPath('capacity-command');
  out = `${path}-out`;
});

afterEach(() => {
  rmSync(path, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
});

test(
  'steps the floor, then the arm up to what the floor held, and keeps its ledger closed',
  async () => {
    const small = ['--seconds', '1', '--warm-up', '1', '--first', '100', '--most', '100'];
    const { code, stdout, stderr } = await runHotpath(
      ...['capacity', '--arm', 'async', '--quick', ...small, '--users', '1,4,16', '--seed', '3'],
      ...['--rig-dir', path, '--out', out],
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(processesOf(path)).toEqual([]);
    const record = await capacityRecords.read(out);
    expect(record).toMatchObject({ state: 'complete', plan: { arms: ['floor', 'async'] } });
    const [floor, async] = record.arms;
    for (const arm of [floor, async]) {
      const steps = arm?.steps ?? [];
      for (const { offeredPerSecond, cores } of steps) {
        expect(offeredPerSecond).toBeLessThanOrEqual(100);
        expect(cores).toMatchObject({ k6: expect.any(Number), api: expect.any(Number) });
      }
      // Of all steps: one second of a small load can lie between two ticks of CPU time, 10 ms apart.
      expect(Math.max(...steps.map(({ cores }) => cores.k6 ?? 0))).toBeGreaterThan(0);
      expect(arm?.sweep?.points.map(({ concurrency }) => concurrency)).toEqual([1, 4, 16]);
      expect(arm?.sweep?.fit?.used).not.toBe(true); // three points prove nothing
    }
    expect(async?.ledger).toMatchObject({ closed: true, balanced: true, lost: 0, surplus: 0 });
    expect(async?.sweep?.ledger).toMatchObject({ lost: 0, surplus: 0 });
    expect(async?.ledger?.acknowledged).toBeGreaterThan(100);
    expect(stdout).toContain(renderCapacity(record, 100));
    expect(stderr).toMatch(/async 100\/s: .* acknowledged, p99 .* in flight/);
  },
  commandMsMax,
);
