import {
  ask,
  list,
  postBatch,
  receiptsOf,
  withoutStatusAndTime,
} from '@hotpath/contract/conformance/client';
import { comparable, send, validationTable } from '@hotpath/contract/conformance/validation';
import { openStage, type Stage } from '@hotpath/loadtests/rig/stage';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

/** Both arms, asked the same: a client cannot tell them apart but by `status`. */
let naive: Stage;
let async: Stage;

beforeAll(async () => {
  const open = (arm: 'naive' | 'async', env = {}) =>
    openStage(arm, inject('stores'), { name: `pair-${arm}`, env });
  [naive, async] = await Promise.all([open('naive'), open('async', { SYNC_INTERVAL_MS: '100' })]);
});

afterAll(() => Promise.all([naive?.close(), async?.close()]));

const both = <T>(question: (url: string) => Promise<T>): Promise<[T, T]> =>
  Promise.all([question(naive.service.url), question(async.service.url)]);

test('every request of the validation table gets one answer, byte for byte', async () => {
  for (const case_ of validationTable) {
    const [one, other] = await both((url) => send(url, case_));
    expect(comparable(other), case_.name).toBe(comparable(one));
  }
});

test('a batch of everything gets one answer, byte for byte', async () => {
  const events = validationTable
    .filter(({ path, headers }) => !path && !headers)
    .flatMap(({ body, expected }) => jsonOf(body, expected.status === 200));
  expect(events.length).toBeGreaterThan(100);
  for (let at = 0; at < events.length; at += 100) {
    const [one, other] = await both((url) => postBatch(url, events.slice(at, at + 100)));
    expect([one.status, other.status]).toEqual([207, 207]);
    expect(receiptsOf(other).map(anyStatus)).toEqual(receiptsOf(one).map(anyStatus));
  }
});

test('both show the same issues for it, with the same counts of events without an eventId', async () => {
  await async.service.drained({ withinMs: 10_000 });
  const [one, other] = await both(async (url) => {
    const issues = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(url, { limit: 100, sort: 'count', ...(cursor && { cursor }) });
      issues.push(...page.issues);
      cursor = page.nextCursor;
    }
    return issues
      .filter(({ message }) => !/ id$/.test(message)) // a retry counts again in the naive arm
      .map(({ fingerprint, message, stackTrace, level, environment, release, count }) => ({
        fingerprint,
        message,
        stackTrace,
        level,
        environment,
        release,
        count,
      }))
      .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  });
  expect(one.length).toBeGreaterThan(50);
  expect(other).toEqual(one);
});

test.each(['/openapi.json', '/health/live', '/health/ready', '/nowhere', '/api/v1/errors/x'])(
  'GET %s gets one answer, byte for byte',
  async (path) => {
    const [one, other] = await both((url) => ask(url, { path }));
    expect(comparable(other)).toBe(comparable(one));
    expect(withoutStatusAndTime(other.text)).not.toBe('');
  },
);

const anyStatus = (receipt: unknown) => withoutStatusAndTime(JSON.stringify(receipt));

const taken = new Set<unknown>();

/**
 * Small enough for a batch, nothing that would have the whole batch refused, and nothing that the arms
 * promise to treat differently: an eventId seen before, or one issue twice at once.
 */
function jsonOf(body: string | Buffer, accepted: boolean): unknown[] {
  if (typeof body !== 'string' || body.length > 2_000 || /__pr|"prototype"/.test(body)) return [];
  try {
    const event = JSON.parse(body);
    if (accepted && (event.eventId || taken.has(event.message))) return [];
    if (accepted) taken.add(event.message);
    return [event];
  } catch {
    return [];
  }
}
