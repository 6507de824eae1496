import { describe, expect, test } from 'vitest';
import { acknowledged, ask, find, list, listPath, problemOf, summary } from './client.ts';
import type { Stage } from './service.ts';
import { sighting, word } from './sightings.ts';
import { waitMsMax } from './wait-until.ts';

const sorts = ['lastSeen', 'count'] as const;
const pagesMax = 50;

/** The read API: pages, search, one issue, totals. */
export function reads(stage: () => Stage): void {
  const url = () => stage().service.url;
  const drained = () => stage().service.drained({ withinMs: waitMsMax });

  /** Makes issues that a search for the returned word finds, counted 1, 2, … times. */
  async function issues(howMany: number): Promise<{ topic: string; fingerprints: string[] }> {
    const topic = word();
    const fingerprints: string[] = [];
    for (let i = 0; i < howMany; i++) {
      const event = sighting({ message: `${topic} ${word()}` });
      // Equal counts for neighbours: the cursor has to tell rows of one count apart.
      for (let count = 0; count <= i / 2; count++) {
        fingerprints[i] = (await acknowledged(url(), event)).fingerprint;
      }
    }
    await drained();
    return { topic, fingerprints };
  }

  /** Follows the cursors to the last page; `between` runs after each one. */
  async function pages(query: Record<string, string | number>, between = async () => {}) {
    const rows = [];
    let cursor: string | null = null;
    for (let page = 1; page <= pagesMax; page++) {
      const got: Awaited<ReturnType<typeof list>> = await list(url(), {
        ...query,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(got.issues.length).toBeLessThanOrEqual(Number(query.limit));
      rows.push(...got.issues);
      cursor = got.nextCursor;
      if (cursor === null) return rows;
      await between();
    }
    throw new Error(`more than ${pagesMax} pages`);
  }

  describe('the list', () => {
    test.each(sorts)('by %s gives every issue once over its pages, in order', async (sort) => {
      const { topic, fingerprints } = await issues(11);
      for (const limit of [1, 2, 3, 11, 12]) {
        const rows = await pages({ sort, limit, search: topic });
        expect(rows.map((row) => row.fingerprint).sort()).toEqual([...fingerprints].sort());
        const keys = rows.map((row) => (sort === 'count' ? row.count : Date.parse(row.lastSeen)));
        expect(keys).toEqual([...keys].sort((a, b) => b - a));
      }
    });

    test.each(sorts)(
      'by %s shows no issue twice and skips none that stays, while counts change',
      async (sort) => {
        const { topic, fingerprints } = await issues(12);
        // The largest and latest grows on: it stays in front of every cursor.
        const growing = await find(url(), fingerprints.at(-1) ?? '');
        const rows = await pages({ sort, limit: 2, search: topic }, async () => {
          await acknowledged(url(), { message: growing.message });
          await drained();
        });
        expect(rows.map((row) => row.fingerprint).sort()).toEqual([...fingerprints].sort());
      },
    );

    test('finds % and _ and \\ as the characters that they are', async () => {
      const [topic, percent, underscore, backslash] = [word(), word(), word(), word()];
      for (const message of [
        `${topic} ${percent}%${percent}`,
        `${topic} ${percent}x${percent}`,
        `${topic} ${underscore}_${underscore}`,
        `${topic} ${underscore}x${underscore}`,
        `${topic} ${backslash}\\${backslash}`,
        `${topic} ${backslash}x${backslash}`,
      ]) {
        await acknowledged(url(), { message });
      }
      await drained();
      const found = async (search: string) =>
        (await list(url(), { search })).issues.map((issue) => issue.message);
      expect(await found(topic)).toHaveLength(6);
      for (const literal of [
        `${percent}%${percent}`,
        `${underscore}_${underscore}`,
        `${backslash}\\${backslash}`,
      ]) {
        expect(await found(literal)).toEqual([`${topic} ${literal}`]);
      }
      expect(await found(`${topic}%`)).toEqual([]);
      expect(await found(word())).toEqual([]);
    });

    test('refuses what it does not know, and names it', async () => {
      const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      for (const [query, field] of [
        ['limit=0', 'limit'],
        ['limit=101', 'limit'],
        ['limit=1.5', 'limit'],
        ['limit=many', 'limit'],
        ['limit=', 'limit'],
        ['sort=first', 'sort'],
        ['sort=count&sort=count', 'sort'],
        ['search=', 'search'],
        [`search=${'x'.repeat(201)}`, 'search'],
        ['cursor=mine', 'cursor'],
        [`cursor=${cursorOf({})}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', 1])}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', 1e300, '1'])}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', 1, '1 OR 1=1'])}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', Number.MAX_SAFE_INTEGER, '1'])}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', -1, '1'])}`, 'cursor'],
        [`cursor=${cursorOf(['lastSeen', 1, '99999999999999999999'])}`, 'cursor'],
        [`cursor=${cursorOf(['count', 1, '1'])}&sort=lastSeen`, 'cursor'],
      ]) {
        const answer = await ask(url(), { path: `${listPath}?${query}` });
        const { code, errors } = problemOf(answer);
        expect([query, answer.status, code, errors?.map((error) => error.field)]).toEqual([
          query,
          400,
          'HP_INVALID_QUERY',
          [field],
        ]);
      }
    });
  });

  describe('one issue', () => {
    test('is shown as its first event described it, with the latest time', async () => {
      const first = sighting({
        stackTrace: 'Error: no\n    at f (/app/a.js:1:2)',
        level: 'fatal',
        environment: 'production',
        release: '1.2.3',
        occurredAt: '2024-02-29T12:00:00.123Z',
      });
      const { fingerprint } = await acknowledged(url(), first);
      await drained(); // the count of one event may be stored with the next one's
      await acknowledged(url(), {
        ...first,
        level: 'info',
        release: '1.2.4',
        occurredAt: '2024-03-01T12:00:00+01:00',
      });
      await drained();
      const { occurredAt, ...described } = first;
      expect(await find(url(), fingerprint)).toEqual({
        ...described,
        fingerprint,
        count: 2,
        firstSeen: '2024-02-29T12:00:00.123Z',
        lastSeen: '2024-03-01T11:00:00.000Z',
      });
    });

    test('is shown with null for what its event did not say, and level error', async () => {
      const { fingerprint } = await acknowledged(url(), sighting());
      expect(await find(url(), fingerprint)).toMatchObject({
        stackTrace: null,
        level: 'error',
        environment: null,
        release: null,
      });
    });

    test.each([
      ['a fingerprint that nothing has', 'f'.repeat(64)],
      ['capitals', 'F'.repeat(64)],
      ['something else', 'x'],
      ['a quote', "'"],
    ])('is not found by %s', async (_name, fingerprint) => {
      const answer = await ask(url(), { path: `${listPath}/${encodeURIComponent(fingerprint)}` });
      expect([answer.status, problemOf(answer).code]).toEqual([404, 'HP_NOT_FOUND']);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    });
  });

  test('the summary grows by what was acknowledged, at once, and names the backlog', async () => {
    await drained();
    const before = await summary(url());
    expect(before.backlogEvents).toBe(0);
    const event = sighting();
    for (let i = 0; i < 4; i++) await acknowledged(url(), event);
    const at = await summary(url());
    expect(at.events).toBe(before.events + 4);
    await drained();
    expect(await summary(url())).toEqual({
      issues: before.issues + 1,
      events: before.events + 4,
      backlogEvents: 0,
    });
  });
}
