import { rmSync } from 'node:fs';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aliveOf,
  type Ended,
  processesOf,
  recordedIn,
  runHotpath,
  startHotpath,
} from './command-line.js';

const path = temporaryRigPath('rig-command');
let up: Ended;

beforeAll(async () => {
  up = await runHotpath('rig', 'up', '--dir', path);
});

afterAll(async () => {
  await runHotpath('rig', 'down', '--dir', path);
  rmSync(path, { recursive: true, force: true });
});

function urlOf(name: string): string {
  return new RegExp(`^${name} +(\\S+)`, 'm').exec(up.stdout)?.[1] ?? '';
}

test('rig up leaves both arms serving after its own end, at the places that it printed', async () => {
  expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining('starting async-logger') });
  for (const name of ['naive', 'async-api', 'async-worker']) {
    const { status } = await fetch(`${urlOf(name)}/health/ready`);
    expect({ name, status }).toEqual({ name, status: 200 });
  }
  const body = JSON.stringify({ message: 'connection refused' });
  for (const [name, status] of Object.entries({ naive: 'saved', 'async-api': 'queued' })) {
    const response = await fetch(`${urlOf(name)}/api/v1/errors/log`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({ success: true, data: { status } });
  }
});

test('a second rig up starts nothing and prints the same places', async () => {
  const before = recordedIn(path);
  const { code, stdout, stderr } = await runHotpath('rig', 'up', '--dir', path);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('up already'),
  });
  expect(up.stdout).toContain(stdout.trim());
  expect(recordedIn(path)).toEqual(before);
});

test('rig status ends with 0 while all is well and names what has died', async () => {
  expect((await runHotpath('rig', 'status', '--dir', path)).code).toBe(0);
  const redis = recordedIn(path).find(({ name }) => name === 'redis');
  process.kill(redis?.pid ?? 0, 'SIGKILL');
  const { code, stdout } = await runHotpath('rig', 'status', '--dir', path);
  expect(stdout).toMatch(/^redis +ended: SIGKILL, see .*redis\.log$/m);
  expect(code).toBe(13);
});

test('rig down stops everything, and a second one says that nothing was up', async () => {
  const recorded = recordedIn(path);
  expect(await runHotpath('rig', 'down', '--dir', path)).toMatchObject({ code: 0 });
  expect(aliveOf(recorded)).toEqual([]);
  expect(processesOf(path)).toEqual([]);
  expect(await runHotpath('rig', 'down', '--dir', path)).toMatchObject({
    code: 0,
    stdout: 'Nothing was up.\n',
  });
  expect(await runHotpath('rig', 'status', '--dir', path)).toMatchObject({ code: 13 });
});

test('rig up interrupted in the middle leaves nothing up', async () => {
  const interrupted = startHotpath('rig', 'up', '--dir', path);
  const recorded = await waitUntil(
    () => {
      const found = recordedIn(path);
      return found.some(({ name }) => name === 'mysql') && found;
    },
    { withinMs: 25_000, everyMs: 1, until: 'MariaDB is started' },
  );
  interrupted.child.kill('SIGINT');
  expect((await interrupted.ended).code).toBe(130);
  expect(aliveOf(recorded)).toEqual([]);
  expect(processesOf(path)).toEqual([]);
});
