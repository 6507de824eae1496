/** Clients that break HTTP, or only half keep to it. ./hotpath fuzz looks for more of their kind. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { batchBodyBytesMax, headerBytesMax } from '@hotpath/contract/limits';
import { outcomes } from '@hotpath/contract/outcomes';
import { describe, expect, test } from 'vitest';
import { type Answer, ask, batchPath, listPath, logPath, problemOf } from './client.ts';
import { open, type RawAnswer, sendRaw } from './raw-connection.ts';
import type { Stage } from './service.ts';
import { sighting } from './sightings.ts';
import { waitUntil } from './wait-until.ts';

const requestOf = (head: readonly string[], body = '') =>
  [`POST ${logPath} HTTP/1.1`, 'host: x', 'content-type: application/json', ...head, '', body].join(
    '\r\n',
  );
const whole = (body: string) => requestOf([`content-length: ${Buffer.byteLength(body)}`], body);
const event = () => JSON.stringify(sighting());
const plain = '{"message":"Not to be stored"}';
const length = `content-length: ${plain.length}`;

/** Messages whose end, or meaning, two servers could see differently; and bytes that are none. */
const unreadable: Readonly<Record<string, string>> = {
  'no HTTP': 'hello\r\n\r\n',
  'a version that there is not': 'GET / HTTP/9.9\r\nhost: x\r\n\r\n',
  'a method that there is not': 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n',
  'two lengths': requestOf(['content-length: 2', length], plain),
  'a length and chunks': requestOf([length, 'transfer-encoding: chunked'], plain),
  'chunks and a length': requestOf(['transfer-encoding: chunked', length], plain),
  'an unknown coding': requestOf(['transfer-encoding: xchunked'], plain),
  'a length below zero': requestOf(['content-length: -1'], plain),
  'a length past counting': requestOf(['content-length: 99999999999999999999'], plain),
  'a length in hex': requestOf(['content-length: 0x1b'], plain),
  'a chunk without a size': requestOf(['transfer-encoding: chunked'], `z\r\n${plain}\r\n0\r\n\r\n`),
  'a space before the colon': requestOf([`content-length : ${plain.length}`], plain),
  'a folded field': requestOf(['x-a: b', ' c', length], plain),
  'a null byte in a field': requestOf(['x-a: b\0c', length], plain),
};

const encoders: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

export function hostile(stage: () => Stage): void {
  const url = () => stage().service.url;
  const outcome = async (name: string) =>
    (await stage().service.metrics()).get(`hotpath_events_total{outcome="${name}"}`) ?? 0;

  describe('a client that breaks HTTP', () => {
    test.each(Object.entries(unreadable))(
      'by %s gets a problem and is cut off',
      async (_, bytes) => {
        const { answers } = await sendRaw(url(), bytes);
        expect(answers.map(factsOf)).toEqual([[400, 'HP_BAD_REQUEST']]);
        expect(answers[0]?.headers).toMatchObject(kept);
        expect(answers[0]?.headers.connection).toBe('close');
      },
    );

    test('by too long a head gets 431, and by a head as long as the limit nothing of the kind', async () => {
      const padded = (bytes: number) =>
        requestOf([length, `x-padding: ${'p'.repeat(bytes)}`], plain);
      const { answers } = await sendRaw(url(), padded(headerBytesMax));
      expect(answers.map(factsOf)).toEqual([[431, 'HP_HEAD_TOO_LARGE']]);
      const within = await sendRaw(url(), padded(headerBytesMax - 300), { answersMax: 1 });
      expect(within.answers[0]?.status).toBe(200);
    });

    test.each([
      ['of HTTP/0.9', 'GET /\r\n\r\n'],
      ['without a Host', `GET ${listPath} HTTP/1.1\r\n\r\n`],
      ['with escapes that are none', `GET ${listPath}/%zz HTTP/1.1\r\nhost: x\r\n\r\n`],
      ['with half a character', `GET ${listPath}/%c3 HTTP/1.1\r\nhost: x\r\n\r\n`],
    ])('by a request %s gets a problem', async (_, bytes) => {
      const { answers } = await sendRaw(url(), bytes, { answersMax: 1 });
      expect(answers.map(factsOf)).toEqual([[400, 'HP_BAD_REQUEST']]);
      expect(answers[0]?.headers).toMatchObject(kept);
    });

    test('by garbage behind a whole event is never told that this event was refused', async () => {
      const before = await outcome(outcomes.counted);
      const { answers } = await sendRaw(url(), `${whole(event())}\0garbage\r\n\r\n`);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      await waitUntil('it is counted', async () => (await outcome(outcomes.counted)) > before);
    });
  });

  test('several requests at once are answered in their order', async () => {
    const bodies = [event(), '{', event(), '{"message":1}'];
    const sent = bodies.map(whole).join('');
    const { answers } = await sendRaw(url(), sent, { answersMax: bodies.length });
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 400]);
  });

  test('an expectation that nobody knows is no reason to refuse', async () => {
    const body = event();
    const head = [`content-length: ${body.length}`, 'expect: the impossible'];
    const { answers } = await sendRaw(url(), requestOf(head, body), { answersMax: 1 });
    expect(answers.map(({ status }) => status)).toEqual([200]);
  });

  test('a client that leaves within its body is rejected, and is no failure of the service', async () => {
    const before = [await outcome(outcomes.rejected), await outcome(outcomes.failed)] as const;
    const socket = open(url()).on('error', () => {});
    socket.write(requestOf(['content-length: 1000'], '{"message":"cut'), () => socket.destroy());
    await waitUntil('it has its outcome', async () => {
      const after = (await outcome(outcomes.rejected)) + (await outcome(outcomes.failed));
      return after > before[0] + before[1];
    });
    expect(await outcome(outcomes.failed)).toBe(before[1]);
  });

  test.each(Object.entries(encoders))('a body in %s is not unpacked', async (encoding, pack) => {
    for (const chars of [1, 4 * batchBodyBytesMax]) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const body = pack(Buffer.from(`{"message":"${'x'.repeat(chars)}"}`));
      const answer = await ask(url(), { path: logPath, headers, body });
      expect(factsOf(answer)).toEqual([415, 'HP_WRONG_CONTENT_TYPE']);
      expect(problemOf(answer).detail).toContain('Content-Encoding');
    }
  });

  test('every answer forbids to keep it and to guess its type, and does not tell what made it', async () => {
    const asked: readonly [number, Parameters<typeof ask>[1]][] = [
      [200, { path: logPath, body: event() }],
      [207, { path: batchPath, body: `{"events":[${event()},1]}` }],
      [400, { path: logPath, body: '{' }],
      [404, { path: '/nothing' }],
      [413, { path: logPath, body: 'x'.repeat(200_000) }],
      ...['/openapi.json', '/metrics', '/health/live', listPath].map(
        (path): [number, { path: string }] => [200, { path }],
      ),
    ];
    for (const [status, what] of asked) {
      const answer = await ask(url(), what);
      expect([what.path, answer.status]).toEqual([what.path, status]);
      expect(answer.headers).toMatchObject(kept);
      for (const name of ['server', 'x-powered-by'])
        expect(answer.headers).not.toHaveProperty(name);
    }
  });
}

const kept = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const factsOf = (answer: RawAnswer | Answer) => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  return [answer.status, problemOf(answer as Answer).code];
};
