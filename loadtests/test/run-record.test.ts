import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordError } from '@hotpath/loadtests/record-file';
import { runRecords } from '@hotpath/loadtests/run-record';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { studyRecord } from './report/record-fixture.js';

const record = studyRecord({
  blocks: [{ floor: { p95: 1 }, naive: { p95: 300, intended: null, lost: 7 }, async: { p95: 3 } }],
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hotpath-record-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a record comes back from disk as it was, and leaves one file', async () => {
  await runRecords.write(directory, record);
  await runRecords.write(directory, record);
  expect(await runRecords.read(directory)).toEqual(record);
  expect(await readdir(directory)).toEqual(['run.json']);
});

test('a record from before the load of others was read says that it is not known', () => {
  const old = JSON.parse(JSON.stringify(record)) as typeof record;
  for (const { host } of old.runs) Reflect.deleteProperty(host, 'othersCores');
  expect(runRecords.parse(old, 'x/run.json').runs.map(({ host }) => host.othersCores)).toEqual([
    ...[null, null, null],
  ]);
});

test('a record that breaks its own schema is never written', async () => {
  const wrong = { ...record, id: 5 } as unknown as typeof record;
  await expect(runRecords.write(directory, wrong)).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
});

test('another version is refused by its number, whatever else the record has', () => {
  for (const schemaVersion of [0, 2, 99]) {
    const parse = () => runRecords.parse({ ...record, schemaVersion }, 'x/run.json');
    expect(parse).toThrow(RecordError);
    expect(parse).toThrow(`schema version ${schemaVersion}`);
  }
});

test('what is no record is refused, saying where it fails', () => {
  expect(() => runRecords.parse({}, 'x/run.json')).toThrow('no schemaVersion');
  expect(() => runRecords.parse({ ...record, host: 5 }, 'x/run.json')).toThrow(
    /damaged[\s\S]*host/,
  );
});

test('a directory without a readable record is refused', async () => {
  await expect(runRecords.read(directory)).rejects.toThrow('ENOENT');
  await writeFile(join(directory, 'run.json'), '{"schemaVersion": 1,');
  await expect(runRecords.read(directory)).rejects.toThrow('not JSON');
});
