/** A database of the first version, full of rows, brought up to date while events arrive. */
import { setTimeout as pause } from 'node:timers/promises';
import { acknowledged, find } from '@hotpath/contract/conformance/client';
import { storedCounts } from '@hotpath/contract/conformance/row-lock.store';
import { word } from '@hotpath/contract/conformance/sightings';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { CreateIssues1700000000001 } from '@hotpath/contract/storage/migrations/1-create-issues';
import { Arm, type ArmStores, startPart } from '@hotpath/loadtests/rig/arm';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { createConnection } from 'mysql2/promise';
import { afterEach, expect, inject, test } from 'vitest';

const rows = 20_000;
const rowsAtOnce = 1_000;
const drainMsMax = 20_000;
const betweenMs = 5;
/** Issues that are there already, and get more events. */
const known = Array.from({ length: 10 }, () => ({ message: `migrated ${word()}` }));
const countBefore = 7;
let dir: RigDirectory;

afterEach(() => dir?.close());

/** As the first version left it; TypeORM's own table says that it did. */
async function fillFirstVersion(databaseUrl: string): Promise<void> {
  const connection = await createConnection(databaseUrl);
  const runner = { query: (sql: string) => connection.query(sql) };
  await new CreateIssues1700000000001().up(runner as never);
  await connection.query(
    `CREATE TABLE migrations (id INT AUTO_INCREMENT PRIMARY KEY, timestamp BIGINT NOT NULL, name VARCHAR(255) NOT NULL)`,
  );
  await connection.query('INSERT INTO migrations (timestamp, name) VALUES (?, ?)', [
    ...[1_700_000_000_001, 'CreateIssues1700000000001'],
  ]);
  const seenAt = new Date('2020-01-01T00:00:00Z');
  const rowOf = ({ message }: { message: string }) => {
    return [fingerprintV1({ message }), message, 'error', countBefore, seenAt, seenAt];
  };
  for (let at = 0; at < rows; at += rowsAtOnce) {
    const old = Array.from({ length: rowsAtOnce }, () => ({ message: `old ${word()}` }));
    if (at === 0) old.splice(0, known.length, ...known);
    await connection.query(
      'INSERT INTO issues (fingerprint, message, level, count, first_seen_at, last_seen_at) VALUES ?',
      [old.map(rowOf)],
    );
  }
  await connection.end();
}

/** One after another, as two at once may count as one in naive. */
async function send(url: string, stopped: AbortSignal): Promise<number[]> {
  const sent = known.map(() => 0);
  for (let i = 0; !stopped.aborted; i = (i + 1) % known.length) {
    await acknowledged(url, { ...known[i], eventId: word() });
    sent[i] = (sent[i] ?? 0) + 1;
    await pause(betweenMs);
  }
  return sent;
}

test.each(['async', 'naive'] as const)(
  '%s brings a full database of the first version up to date: no row is lost, and what arrives meanwhile is counted',
  async (name) => {
    dir = await openTemporaryRigDirectory(`migrations-${name}`);
    const { mysql, redis, database, databaseUrl } = await takeStores(inject('stores'), name);
    const env = name === 'async' ? { SYNC_INTERVAL_MS: '100' } : {};
    const stores: ArmStores = { dir, mysql, redis, database, env };
    await fillFirstVersion(databaseUrl);

    // The API of async acknowledges before there is any table that its worker needs.
    const api = await startPart(name, 'api', stores, 0);
    const stop = new AbortController();
    const sending = send(api.url ?? '', stop.signal);
    const worker = name === 'async' ? await startPart(name, 'worker', stores, 0) : null;
    const arm = new Arm(name, stores, api, worker);
    await pause(20 * known.length * betweenMs);
    stop.abort();
    const sent = await sending;
    await arm.drained({ withinMs: drainMsMax });

    const counts = await storedCounts(databaseUrl);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(counts.size).toBe(rows);
    expect(total).toBe(rows * countBefore + sent.reduce((sum, events) => sum + events, 0));
    for (const [i, event] of known.entries()) {
      const issue = await find(arm.url, fingerprintV1(event));
      expect([issue.count, issue.firstSeen]).toEqual([
        ...[countBefore + (sent[i] ?? 0), '2020-01-01T00:00:00.000Z'],
      ]);
    }
  },
);
