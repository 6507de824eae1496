/** The command on a folder of records, one of which can't be read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordFileName, runRecords } from '@hotpath/loadtests/run-record';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { studyRecord } from './report/record-fixture.js';
import { runHotpath } from './rig/command-line.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hotpath-history-'));
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

test('shows what can be read and says what was left out', async () => {
  const blocks = [1, 1.1].map((p95) => ({ floor: { p95 }, naive: { p95: 30 }, async: { p95: 4 } }));
  for (const [name, state] of [
    ['one', 'complete'],
    ['two', 'complete'],
    ['broken-off', 'interrupted'],
  ] as const) {
    mkdirSync(join(path, name));
    await runRecords.write(join(path, name), { ...studyRecord({ blocks, state }), id: name });
  }
  mkdirSync(join(path, 'damaged'));
  writeFileSync(join(path, 'damaged', recordFileName), '{"schemaVersion":99}');
  writeFileSync(join(path, 'no-record'), '');
  const { code, stdout, stderr } = await runHotpath('history', path);
  expect(code).toBe(0);
  expect(stdout).toContain('2 records of this kind');
  expect(stdout).toMatch(/^async$/m);
  expect(stderr).toContain('broken-off is interrupted, not complete');
  expect(stderr).toContain('schema version 99');
});

test('a folder without a finished record ends with 2, as do flags that there are not', async () => {
  const empty = await runHotpath('history', path);
  expect(empty).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(path) });
  expect(await runHotpath('history', path, path)).toMatchObject({ code: 2 });
  expect(await runHotpath('history', '--since', 'May')).toMatchObject({ code: 2 });
});
