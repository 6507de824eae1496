import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chaosRecordSchema } from '@hotpath/loadtests/chaos/tally';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aliveOf, processesOf, recordedIn, runHotpath, startHotpath } from '../rig/command-line.js';

let path: string;
let out: string;

beforeEach(() => {
  path = temporaryRigPath('chaos-command');
  out = `${path}-out`;
});

afterEach(() => {
  rmSync(path, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
});

const flags = () => ['--rig-dir', path, '--out', out];
const mounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(path);
const recorded = () =>
  chaosRecordSchema.parse(JSON.parse(readFileSync(join(out, 'chaos.json'), 'utf8')));

test('prints each schedule with its seed and faults, and leaves their sum in a record', async () => {
  const kinds = ['--fault', 'freeze', '--fault', 'reset'];
  const { code, stdout, stderr } = await runHotpath(
    ...['chaos', '--seed', '4', '--schedules', '2', ...kinds, ...flags()],
  );
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 schedules passed, from seed 4'),
  });
  expect(stderr).toMatch(/^1 of 2 {2}seed 4 {2}\S+ .*@\d+\+\d+ms.* acknowledged, .* ok$/m);
  expect(recorded()).toMatchObject({ version: 1, firstSeed: 4, schedules: 2, failedSeeds: [] });
  expect(Object.keys(recorded().kinds).every((kind) => kinds.includes(kind))).toBe(true);
  expect(readdirSync(out)).toEqual(['chaos.json']);
});

test('Ctrl-C in the middle of it leaves no process and no disk behind', async () => {
  const running = startHotpath('chaos', '--fault', 'freeze', ...flags());
  const before = await waitUntil(
    () => {
      const found = recordedIn(path);
      return found.some(({ name }) => name === 'async-api') && found;
    },
    { withinMs: 40_000, everyMs: 1, until: 'the API is started' },
  );
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(aliveOf(before)).toEqual([]);
  expect(processesOf(path)).toEqual([]);
  expect(existsSync('/proc/self/mountinfo') && mounted()).toBe(false);
});

test('refuses a kind that there is not, and names those that there are', async () => {
  const { code, stderr } = await runHotpath('chaos', '--fault', 'flood');
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--fault takes one of kill, stop, freeze, .*flood/s),
  });
});
