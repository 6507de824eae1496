import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isAlive, listeningAddressesOf } from '@hotpath/loadtests/rig/proc';
import { openRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { temporaryRigPath, testsDirectory, testsOfSuite } from '@hotpath/loadtests/rig/rig-paths';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  aliveOf,
  processesOf,
  type Recorded,
  type RunningCommand,
  recordedIn,
  runHotpath,
  startHotpath,
} from './command-line.js';

/** What a rig that is up consists of. */
const everything = [
  ...['mysql', 'redis', 'naive', 'async-api', 'async-worker'],
  ...['prometheus', 'node-exporter', 'process-exporter', 'mysqld-exporter', 'redis-exporter'],
];

let path: string;
let holder: RunningCommand;

beforeEach(() => {
  path = temporaryRigPath('interruption');
  holder = startHotpath('rig', 'hold', '--dir', path);
});

afterEach(async () => {
  holder.child.kill('SIGKILL');
  await holder.ended;
  await openRigDirectory(path, { removeOnClose: true }).then((rig) => rig.close());
  rmSync(path, { recursive: true, force: true });
});

/** Waits until a process of the rig with this name is on record, and returns all that are. */
function recordsWith(name: string): Promise<Recorded[]> {
  return waitUntil(
    () => {
      const recorded = recordedIn(path);
      return recorded.some((one) => one.name === name) && recorded;
    },
    { withinMs: 50_000, everyMs: 1, until: `${name} is started` },
  );
}

async function ready(): Promise<Recorded[]> {
  const status = join(path, 'status.json');
  await waitUntil(
    () => existsSync(status) && readFileSync(status, 'utf8').includes('"phase":"ready"'),
    { withinMs: 50_000, until: 'the rig is ready' },
  );
  return recordedIn(path);
}

async function expectNothingLeft(recorded: readonly Recorded[]): Promise<void> {
  expect(aliveOf(recorded)).toEqual([]);
  expect(recordedIn(path)).toEqual([]);
  expect(processesOf(path)).toEqual([]);
}

describe('Ctrl-C leaves no process and no port behind', () => {
  for (const name of ['mysql-initialise', 'mysql', 'naive', 'async-worker']) {
    test(`while ${name} is starting`, async () => {
      const recorded = await recordsWith(name);
      holder.child.kill('SIGINT');
      const { code, stderr } = await holder.ended;
      expect({ code, stderr }).toMatchObject({
        code: 130,
        stderr: expect.stringContaining('interrupted'),
      });
      await expectNothingLeft(recorded);
    });
  }

  test('when everything runs', async () => {
    const recorded = await ready();
    expect(recorded.map(({ name }) => name).sort()).toEqual([...everything].sort());
    const addresses = recorded.flatMap(({ pid }) => listeningAddressesOf(pid));
    expect(addresses).toHaveLength(everything.length);
    holder.child.kill('SIGINT');
    expect((await holder.ended).code).toBe(130);
    await expectNothingLeft(recorded);
  });

  test('a second one at once kills what has not ended yet', async () => {
    const recorded = await ready();
    for (const { pid } of recorded) process.kill(pid, 'SIGSTOP'); // deaf: a stop takes its full time
    // Its word that it has seen the first: two signals that are pending together arrive as one.
    const stopping = once(holder.child.stderr as Readable, 'data', {
      signal: AbortSignal.timeout(5_000),
    });
    holder.child.kill('SIGINT');
    expect(String(await stopping)).toMatch(/interrupted/);
    const start = performance.now();
    holder.child.kill('SIGINT');
    expect((await holder.ended).code).toBe(130);
    expect(performance.now() - start).toBeLessThan(1_000);
    await waitUntil(() => !recorded.some(isAlive), { withinMs: 2_000, until: 'all are gone' });
  });
});

test('what a killed command line left is stopped, by name, by the next command', async () => {
  const recorded = await ready();
  holder.child.kill('SIGKILL');
  await holder.ended;
  expect(aliveOf(recorded)).toHaveLength(everything.length); // nobody has stopped them
  const { code, stdout } = await runHotpath('rig', 'down', '--dir', path);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/a crashed run had left:.*mysql/),
  });
  await expectNothingLeft(recorded);
});

test('a second rig in the same place is refused while the first one lives', async () => {
  await recordsWith('mysql-initialise');
  const { code, stderr } = await runHotpath('rig', 'hold', '--dir', path);
  expect({ code, stderr }).toMatchObject({
    code: 13,
    stderr: expect.stringContaining(`another hotpath (pid ${holder.child.pid}, since`),
  });
  expect(isAlive({ ...holderIdentity() })).toBe(true);
});

function holderIdentity() {
  const owner = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as Recorded;
  expect(owner.pid).toBe(holder.child.pid);
  return owner;
}

test('what the tests of a dead suite left is ended, also what was meant to outlive a command', async () => {
  const suite = join(testsDirectory, `dead-suite-${randomBytes(4).toString('hex')}`);
  const held = join(testsOfSuite(suite), 'held');
  const outliving = startHotpath('rig', 'hold', '--dir', held);
  const recorded = await waitUntil(
    () => {
      const found = recordedIn(held);
      return found.some(({ name }) => name === 'redis') && found;
    },
    { withinMs: 50_000, everyMs: 1, until: 'redis is started' },
  );
  await runHotpath('rig', 'status', '--dir', path); // like every command, it sweeps first
  await outliving.ended;
  expect(outliving.child.signalCode).toBe('SIGKILL');
  expect(aliveOf(recorded)).toEqual([]);
  expect(processesOf(held)).toEqual([]);
  expect(existsSync(suite)).toBe(false);
});
