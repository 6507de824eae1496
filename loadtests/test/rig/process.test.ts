import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { listeningUrl } from '@hotpath/loadtests/rig/arm';
import { withFreePort } from '@hotpath/loadtests/rig/free-port';
import { identify, isAlive, listeningAddressesOf } from '@hotpath/loadtests/rig/proc';
import { type Launch, runToEnd, startProcess } from '@hotpath/loadtests/rig/process';
import {
  openRigDirectory,
  openTemporaryRigDirectory,
  type RigDirectory,
} from '@hotpath/loadtests/rig/rig-directory';
import { RigError } from '@hotpath/loadtests/rig/rig-error';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';

let rig: RigDirectory;

beforeEach(async () => {
  rig = await openTemporaryRigDirectory('process');
});

afterEach(() => rig.close());

/** A Node process that runs the script and is ready once it has said so in its log. */
function node(script: string, more: Partial<Launch> = {}): Launch {
  return {
    name: 'fixture',
    command: process.execPath,
    args: ['-e', script],
    ready: ({ log }) => (log().includes('ready') ? null : undefined),
    startMsMax: 10_000,
    stopMsMax: 300,
    ...more,
  };
}

const serves = `console.log('ready'); setInterval(() => {}, 1e6);`;

test('a process that ends before it is ready is told with the end of what it said', async () => {
  const start = startProcess(rig, node(`console.error('no such table'); process.exit(3)`));
  await expect(start).rejects.toThrow(RigError);
  await expect(start).rejects.toThrow(/fixture ended before it was ready[\s\S]*no such table/);
  expect(rig.deaths).toEqual([]);
});

test('a process that is not ready in time is killed and told', async () => {
  const start = startProcess(
    rig,
    node(`console.log('still busy'); setInterval(() => {}, 1e6)`, { startMsMax: 400 }),
  );
  await expect(start).rejects.toThrow(/gave up after 400 ms waiting until fixture is ready/);
});

test('a process that does not hear SIGTERM is killed after its time', async () => {
  const started = await startProcess(rig, node(`process.on('SIGTERM', () => {}); ${serves}`));
  expect(await started.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(started.running).toBe(false);
});

test('a frozen process is killed after its time', async () => {
  const started = await startProcess(rig, node(serves));
  await started.kill('SIGSTOP');
  expect(await started.stop()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('what a process started itself does not outlive it', async () => {
  const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' }).pid`;
  const started = await startProcess(rig, node(`console.log('child', ${child}); ${serves}`));
  const pid = Number(/child (\d+)/.exec(readFileSync(started.logFile, 'utf8'))?.[1]);
  const grandchild = identify(pid);
  if (grandchild === null) throw new Error('the child of the fixture does not run');
  await started.stop(); // SIGTERM, which the child does not get
  await waitUntil(() => !isAlive(grandchild), { withinMs: 2_000, until: 'the child is gone' });
});

test('a process of the rig has nothing of our environment that changes what is measured', async () => {
  process.env.NODE_OPTIONS = '--max-old-space-size=4096';
  try {
    const started = await startProcess(
      rig,
      node(`console.log(JSON.stringify(process.env)); ${serves}`, { env: { POOL_SIZE: '10' } }),
    );
    const seen = Object.keys(
      JSON.parse(readFileSync(started.logFile, 'utf8').split('\n')[0] ?? '') as object,
    );
    expect(seen).toContain('POOL_SIZE');
    expect(seen).not.toContain('NODE_OPTIONS');
    expect(seen.filter((name) => name.startsWith('VITEST'))).toEqual([]);
  } finally {
    delete process.env.NODE_OPTIONS;
  }
});

test('nothing starts any more once the rig is being stopped', async () => {
  const closed = rig.close();
  await expect(startProcess(rig, node(serves))).rejects.toThrow(/being stopped/);
  await closed;
});

test('a listening line counts only from the process that we started', () => {
  const line = (pid: number) =>
    `{"event":"listening","url":"http://127.0.0.1:4000","pid":${pid}}\n`;
  expect(listeningUrl(line(41), 42)).toBeUndefined();
  expect(listeningUrl(`{"level":"info"}\n${line(42)}`, 42)).toBe('http://127.0.0.1:4000');
  expect(listeningUrl(line(42).slice(0, 30), 42)).toBeUndefined();
});

test("another's port is not ours, and is given up for a free one", async () => {
  const stranger = await new Promise<Server>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
  const taken = (stranger.address() as { port: number }).port;
  try {
    const ports: number[] = [];
    const started = await withFreePort((free) => {
      const port = ports.length === 0 ? taken : free; // somebody was faster, the first time
      ports.push(port);
      return startProcess(
        rig,
        node(`require('net').createServer().listen(${port}, '127.0.0.1')`, {
          // The stranger answers on that port at once; only the socket's owner tells the two apart.
          ready: ({ pid }) =>
            listeningAddressesOf(pid).includes(`127.0.0.1:${port}`) ? `tcp:${port}` : undefined,
        }),
      );
    });
    expect(ports[0]).toBe(taken);
    expect(started.url).toBe(`tcp:${ports[1]}`);
  } finally {
    stranger.close();
  }
});

test('a program that works and ends is waited for; its failure is told with its words', async () => {
  await runToEnd(rig, { ...node(''), msMax: 5_000 });
  const failing = runToEnd(rig, {
    ...node(`console.log('disk full'); process.exit(4)`),
    msMax: 5_000,
  });
  await expect(failing).rejects.toThrow(/ended with 4[\s\S]*disk full/);
  const slow = runToEnd(rig, { ...node(serves), msMax: 300 });
  await expect(slow).rejects.toThrow(/took longer than 300 ms/);
  expect(rig.deaths).toEqual([]);
});

test('a record of a number that a later process got is no reason to kill it', async () => {
  const bystander = await startProcess(rig, node(serves));
  const path = rig.directory('other');
  const other = await openRigDirectory(path);
  const record = { ...identify(bystander.pid), startTicks: 1, name: 'left' };
  writeFileSync(
    join(other.directory('processes'), `${bystander.pid}.json`),
    JSON.stringify(record),
  );
  await other.close();
  const next = await openRigDirectory(path);
  expect(next.swept).toEqual([]);
  expect(bystander.running).toBe(true);
  await next.close();
});
