/** The audit that CI makes, against registries that answer as real ones do. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const script = fileURLToPath(new URL('.ci/audit.mjs', import.meta.url));
const hole = {
  id: 1,
  url: 'https://example.org/1',
  title: 'Reads what it must not',
  vulnerable_versions: '>=0.0.0',
};
let registry: Server | undefined;
/** npm keeps what it made of an advisory; that of a test is nobody else's business. */
let cache = '';

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'hotpath-audit-'));
});
afterEach(() => registry?.close());
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** @param advisories by package, as the answer to what is asked; null: it has no such list */
async function audit(advisories: object | null): Promise<{ code: number; said: string }> {
  registry = createServer((request, answer) => {
    request.resume();
    if (request.method === 'POST') {
      answer.writeHead(advisories ? 200 : 405).end(JSON.stringify(advisories ?? {}));
    } else {
      const name = decodeURIComponent(request.url?.slice(1) ?? '');
      answer.end(JSON.stringify({ name, versions: { '1.0.0': { name, version: '1.0.0' } } }));
    }
  });
  await new Promise<void>((resolve) => registry?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  const env = { ...process.env, npm_config_registry: url, npm_config_cache: cache };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env }, (error, said) =>
      resolve({ code: error === null ? 0 : Number(error.code), said }),
    );
  });
}

test('a high hole in what the services run with fails the build, and is named', async () => {
  const { code, said } = await audit({ ioredis: [{ ...hole, severity: 'high' }] });
  expect({ code, said }).toMatchObject({
    code: 1,
    said: expect.stringMatching(/high: ioredis .*Reads what it must not/),
  });
});

test('a moderate one, and none, do not', async () => {
  const moderate = await audit({ ioredis: [{ ...hole, id: 2, severity: 'moderate' }] });
  expect(moderate).toMatchObject({ code: 0, said: expect.stringMatching(/\d+ dependencies, 0 /) });
  registry?.close();
  expect(await audit({})).toMatchObject({ code: 0, said: expect.stringMatching(/[1-9]\d+ dep/) });
});

test('a registry without a list does not fail it, and never passes for a clean one', async () => {
  const { code, said } = await audit(null);
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('COULD NOT') });
  expect(said).not.toContain('0 with a');
});
