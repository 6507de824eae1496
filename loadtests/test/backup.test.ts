/** The backup of docs/operations.md, taken while events arrive, and restored into empty stores. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { acknowledged } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { type Sighting, sighting, word } from '@hotpath/contract/conformance/sightings';
import { waitUntil } from '@hotpath/contract/conformance/wait-until';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { type BreakableStage, openBreakableStage } from '@hotpath/loadtests/rig/stage';
import { requireTool } from '@hotpath/loadtests/rig/tool-programs';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const drainMsMax = 20_000;
const dumpBytesMax = 64 * 1_048_576;
const issues = 12;
const betweenMs = 5;
let stage: BreakableStage;
let copies: string;
let admin: Redis;

beforeAll(async () => {
  copies = mkdtempSync(join(tmpdir(), 'hotpath-backup-'));
  stage = await openBreakableStage('async', { name: 'backup', env: { SYNC_INTERVAL_MS: '100' } });
  admin = new Redis(stage.redis.url);
  admin.on('error', () => {}); // its server is stopped below
});

afterAll(async () => {
  admin?.disconnect();
  await stage?.close();
  rmSync(copies, { recursive: true, force: true });
});

/** The password by the environment, for nobody to see. */
async function client(tool: 'mysqldump' | 'mysql', args: readonly string[], input = '') {
  const { hostname, port, username, password, pathname } = new URL(stage.databaseUrl);
  const server = [`--host=${hostname}`, `--port=${port}`, `--user=${username}`];
  const child = run(requireTool(tool), [...server, ...args, pathname.slice(1)], {
    env: { MYSQL_PWD: password },
    maxBuffer: dumpBytesMax,
  });
  child.child.stdin?.end(input);
  return (await child).stdout;
}

const appendOnly = async () => {
  const [, directory = ''] = (await admin.config('GET', 'dir')) as string[];
  return join(directory, 'appendonlydir');
};

/** As the page says, step by step; the API goes on. */
async function backUp(betweenCopies: () => Promise<unknown>): Promise<void> {
  await stage.service.worker?.kill('SIGTERM');
  await admin.config('SET', 'auto-aof-rewrite-percentage', '0');
  const rewriting = async () => /aof_rewrite_in_progress:1/.test(await admin.info('persistence'));
  await waitUntil('no rewrite is under way', async () => !(await rewriting()));
  cpSync(await appendOnly(), join(copies, 'appendonlydir'), { recursive: true });
  await admin.config('SET', 'auto-aof-rewrite-percentage', '100');
  await betweenCopies();
  const dump = await client('mysqldump', ['--single-transaction']);
  await writeFile(join(copies, 'dump.sql'), dump);
  await stage.service.restart('worker');
}

async function restore(): Promise<void> {
  const { service, mysql, redis } = stage;
  await service.api.kill('SIGTERM');
  await service.worker?.kill('SIGTERM');
  const directory = await appendOnly();
  await redis.stop();
  rmSync(directory, { recursive: true });
  cpSync(join(copies, 'appendonlydir'), directory, { recursive: true });
  await mysql.createDatabase(new URL(stage.databaseUrl).pathname.slice(1)); // dropped first
  const dump = await readFile(join(copies, 'dump.sql'), 'utf8');
  await client('mysql', [], dump);
  await redis.restart();
  await service.restart('worker');
  await service.restart('api');
}

test('a backup taken under load has every event acknowledged before it, once, when it is restored', async () => {
  const { service } = stage;
  const messages = Array.from({ length: issues }, () => `backup of ${word()}`);
  const sent: Sighting[] = [];
  const stop = new AbortController();
  const sending = (async () => {
    for (let i = 0; !stop.signal.aborted; i++) {
      const event = sighting({ message: messages[i % issues] ?? '', eventId: word() });
      await acknowledged(service.url, event); // also while the worker is stopped
      sent.push(event);
      await pause(betweenMs);
    }
  })();
  await waitUntil(
    'some are in MySQL',
    async () => (await storedCounts(stage.databaseUrl)).size > 0,
  );
  const before = sent.length;
  // Long enough for a sync, if one could run.
  const moreSent = (from = sent.length) => waitUntil('more is sent', () => sent.length > from + 50);
  await backUp(moreSent);
  const after = sent.length + 1; // one may be under way
  stop.abort();
  await sending;
  await service.drained({ withinMs: drainMsMax });
  const total = async () =>
    [...(await storedCounts(stage.databaseUrl)).values()].reduce((sum, count) => sum + count, 0);
  expect(await total()).toBe(sent.length);

  await restore();
  await service.drained({ withinMs: drainMsMax });
  const restored = await total();
  expect(restored).toBeGreaterThanOrEqual(before);
  expect(restored).toBeLessThanOrEqual(after);

  // Sent again by their clients, with their ids: what the backup has is not counted again.
  for (const event of sent) await acknowledged(service.url, event);
  await service.drained({ withinMs: drainMsMax });
  const counts = await storedCounts(stage.databaseUrl);
  const times = (message: string) => sent.filter((event) => event.message === message).length;
  expect(messages.map((message) => counts.get(fingerprintV1({ message })) ?? 0)).toEqual(
    messages.map(times),
  );
});

test('the dump has the numbers of the chunks: without them a chunk would count twice', async () => {
  const connection = await createConnection(stage.databaseUrl);
  const [rows] = await connection.query('SELECT COUNT(*) AS chunks FROM applied_chunks');
  await connection.end();
  expect(Number((rows as { chunks: number }[])[0]?.chunks)).toBeGreaterThan(0);
  expect(await readFile(join(copies, 'dump.sql'), 'utf8')).toMatch(/INSERT INTO `applied_chunks`/);
});
