import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { newIssuesPerMinuteDefault } from '@hotpath/contract/limits';
import { type ProjectSettings, type Projects, readProjects } from '@hotpath/contract/projects';
import { afterAll, describe, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'projects-'));
afterAll(() => rmSync(directory, { recursive: true }));

const here: ProjectSettings = { HOST: '127.0.0.1', OPEN_BEYOND_LOOPBACK: 'no' };
const file = join(directory, 'projects.json');
const ofText = (text: string): Projects => {
  writeFileSync(file, text);
  return readProjects({ ...here, PROJECTS_FILE: file });
};
const of = (...projects: unknown[]): Projects => ofText(JSON.stringify({ projects }));
const shop = { name: 'shop', ingestKeys: ['ingest-key-of-the-shop'], readTokens: [] };

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
const fields = (message: string) => [...message.matchAll(/^ {2}(\S+): ./gm)].map((m) => m[1]);

describe('a file of projects', () => {
  test('gives each key its project and its right', () => {
    const read = of({ ...shop, readTokens: ['read-token-of-the-shop'] });
    expect(read.open).toBe(false);
    expect(read.grantOf('ingest-key-of-the-shop')).toMatchObject({ right: 'write' });
    expect(read.grantOf('read-token-of-the-shop')).toMatchObject({
      right: 'read',
      project: { name: 'shop' },
    });
    for (const key of ['', 'shop', 'ingest-key-of-the-sho', 'INGEST-KEY-OF-THE-SHOP'])
      expect(read.grantOf(key)).toBeUndefined();
  });

  test('need not say what is the default', () => {
    const newIssuesPerMinute = newIssuesPerMinuteDefault;
    expect(of(shop).named('shop')).toEqual({ name: 'shop', rate: null, newIssuesPerMinute });
    expect(of({ ...shop, eventsPerSecond: 2.5 }).named('shop').rate).toEqual({
      eventsPerSecond: 2.5,
      burst: 3,
    });
  });

  test('keeps no key, only what it is known by', () => {
    expect(
      JSON.stringify([...Object.values(of(shop))].map((value) => mapped(value))),
    ).not.toContain('ingest-key');
  });

  const twenty = 'abcdefghijklmnopqrst';
  test.each<[string, unknown[], string[]]>([
    ['a short key', [{ ...shop, ingestKeys: ['short'] }], ['projects.0.ingestKeys.0']],
    ['a key with a space', [{ ...shop, readTokens: [`${twenty} x`] }], ['projects.0.readTokens.0']],
    ['a key in two projects', [shop, { ...shop, name: 'b' }], ['projects.1.ingestKeys.0']],
    [
      'a key of both kinds',
      [{ ...shop, readTokens: shop.ingestKeys }],
      ['projects.0.readTokens.0'],
    ],
    ['a name twice', [shop, { ...shop, ingestKeys: [twenty] }], ['projects.1.name']],
    ['a bad name', [{ ...shop, name: 'Shop 1' }], ['projects.0.name']],
    ['a name that is too long', [{ ...shop, name: 'x'.repeat(33) }], ['projects.0.name']],
    ['no keys', [{ name: 'shop' }], ['projects.0.ingestKeys', 'projects.0.readTokens']],
    ['a key of its own', [{ ...shop, limit: 1 }], ['projects.0']],
    ['a rate of 0', [{ ...shop, eventsPerSecond: 0 }], ['projects.0.eventsPerSecond']],
    ['a burst without a rate', [{ ...shop, burst: 5 }], ['projects.0.burst']],
    [
      'a bound that is no whole number',
      [{ ...shop, newIssuesPerMinute: 1.5 }],
      ['projects.0.newIssuesPerMinute'],
    ],
    ['no project', [], ['projects']],
  ])('with %s is refused, and names the field but no key', (_name, projects, bad) => {
    const message = refusalOf(() => of(...projects));
    expect([...new Set(fields(message))]).toEqual(bad);
    for (const secret of ['ingest-key-of', twenty, 'short'])
      expect(message).not.toContain(secret === 'short' ? `"${secret}"` : secret);
  });

  test.each([
    ['is no JSON', '{"projects": [secret'],
    ['has more than projects', '{"projects": [], "project": []}'],
  ])('that %s is refused', (_name, text) => {
    expect(refusalOf(() => ofText(text))).toMatch(/PROJECTS_FILE=.*projects\.json/);
    expect(refusalOf(() => ofText(text))).not.toContain('secret');
  });

  test('that is not there is refused', () => {
    const missing = { ...here, PROJECTS_FILE: join(directory, 'none.json') };
    expect(refusalOf(() => readProjects(missing))).toMatch(/cannot be read \(ENOENT\)/);
  });
});

const mapped = (value: unknown) => (value instanceof Map ? [...value] : value);

describe('without a file', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is served, open to all', (HOST) => {
    expect(readProjects({ ...here, HOST }).open).toBe(true);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org'])(
    '%s is refused with what to do, unless asked for',
    (HOST) => {
      const message = refusalOf(() => readProjects({ ...here, HOST }));
      for (const way of ['PROJECTS_FILE', 'HOST=127.0.0.1', 'OPEN_BEYOND_LOOPBACK=yes'])
        expect(message).toContain(way);
      expect(readProjects({ HOST, OPEN_BEYOND_LOOPBACK: 'yes' }).open).toBe(true);
    },
  );
});

test('an event has a fingerprint of its own in each project, and in default the one it always had', () => {
  const event = { message: 'Boom', stackTrace: null };
  expect(fingerprintV1(event, 'default')).toBe(fingerprintV1(event));
  const all = ['default', 'a', 'b'].map((project) => fingerprintV1(event, project));
  expect(new Set(all).size).toBe(3);
});
