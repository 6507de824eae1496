/** Below JSON: heads, encodings, paths, queries, and clients that do not keep to HTTP. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as limits from '@hotpath/contract/limits';
import fc from 'fast-check';
import { queries } from './addresses.js';
import { events } from './bodies.js';
import { asked, bytesOf, type Input, jsonHeader, logPath, type RequestShape } from './input.js';

const body = Buffer.from('{"message":"from the wire"}');
/** 8 MiB of one letter: some KiB on the wire. */
const bomb = Buffer.from(`{"message":"${'x'.repeat(8 * 1_024 * 1_024)}"}`);
const compressed = [
  ['gzip', gzipSync(bomb)] as const,
  ['deflate', deflateSync(bomb)] as const,
  ['br', brotliCompressSync(bomb)] as const,
  ['gzip', gzipSync(body)] as const,
  ['gzip', body] as const,
  ['identity', body] as const,
  ['gzip, gzip', gzipSync(gzipSync(body))] as const,
];

/** Bytes that may stand in a field's value. */
const fieldText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
});
const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/);

export const encodings: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom(...compressed).map(([encoding, bytes]) =>
    asked({
      method: 'POST',
      target: logPath,
      headers: [jsonHeader, ['content-encoding', encoding]],
      body: bytes,
    }),
  ),
  fc
    .oneof(
      fc.constantFrom(
        ...[
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          '',
        ],
        ...[
          'application/json; charset=utf-16',
          'application/json;charset=x',
          'APPLICATION/JSON',
          'application/json,',
        ],
        ...[
          'application/json; charset="utf-8"',
          'application/vnd.api+json',
          'application/problem+json',
          '*/*',
        ],
      ),
      fieldText,
    )
    .map((type) =>
      asked({ method: 'POST', target: logPath, headers: [['content-type', type]], body }),
    ),
);

export const heads: fc.Arbitrary<Input> = fc
  .tuple(
    fc.array(fc.tuple(token, fieldText), { maxLength: 120 }),
    fc.constantFrom(0, 0, 0, 100, limits.headerBytesMax - 200, limits.headerBytesMax, 70_000),
  )
  // Names with a meaning for the connection are the business of `broken`.
  .map(([fields, padding]) => {
    const meaning =
      /^(content-length|transfer-encoding|connection|upgrade|host|expect|content-encoding|content-type)$/i;
    const headers = fields.filter(([name]) => !meaning.test(name));
    return asked({
      method: 'POST',
      target: logPath,
      headers: [jsonHeader, ...headers, ['x-padding', 'p'.repeat(padding)]],
      body,
    });
  });

const post = (headers: RequestShape['headers'], sent: Buffer | null = null): Buffer =>
  bytesOf({ method: 'POST', target: logPath, headers: [jsonHeader, ...headers], body: sent });

/** Messages that two servers could take for different ones, and heads that are none. */
const broken = fc.oneof(
  fc.constantFrom(
    Buffer.concat([
      post([
        ['content-length', '5'],
        ['content-length', '27'],
      ]),
      body,
    ]),
    Buffer.concat([
      post([
        ['content-length', '27'],
        ['transfer-encoding', 'chunked'],
      ]),
      body,
    ]),
    Buffer.concat([
      post([['transfer-encoding', 'chunked']]),
      Buffer.from(`1b\r\n${body}\r\n0\r\n\r\n`),
    ]),
    Buffer.concat([
      post([['transfer-encoding', 'chunked']]),
      Buffer.from(`FFFFFFFFFFFFFFFFF\r\n${body}`),
    ]),
    Buffer.concat([post([['transfer-encoding', 'xchunked']]), body]),
    Buffer.concat([post([['transfer-encoding', 'gzip, chunked']]), body]),
    Buffer.concat([post([['content-length', '-1']]), body]),
    Buffer.concat([post([['content-length', '999999999999999999999']]), body]),
    Buffer.concat([
      post([
        ['content-length', '27'],
        ['expect', '100-continue'],
      ]),
      body,
    ]),
    Buffer.concat([
      post([
        ['content-length', '27'],
        ['expect', 'the impossible'],
      ]),
      body,
    ]),
    Buffer.concat([
      post([
        ['content-length', '27'],
        ['upgrade', 'h2c'],
        ['connection', 'upgrade'],
      ]),
      body,
    ]),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from('GET / HTTP/9.9\r\nhost: x\r\n\r\n'),
    Buffer.from('GET / HTTP/1.0\r\n\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('CONNECT localhost:1 HTTP/1.1\r\nhost: x\r\n\r\n'),
    Buffer.from(`GET / HTTP/1.1\nhost: x\n\n`),
    Buffer.from('GET /\r\n\r\n'),
  ),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([at, bytes]) => {
    const whole = post([], body);
    const place = at % whole.length;
    return Buffer.concat([whole.subarray(0, place), bytes, whole.subarray(place + bytes.length)]);
  }),
);

export const brokenMessages: fc.Arbitrary<Input> = broken.map((bytes) => ({
  writes: [bytes],
  due: [],
  ending: 'end',
  eventsMax: 1,
}));

/** Several requests in one go, whose answers must come in order, each its own. */
export const pipelines: fc.Arbitrary<Input> = fc
  .array(fc.oneof(events, queries), { minLength: 2, maxLength: 8 })
  .map((inputs) => ({
    writes: [Buffer.concat(inputs.flatMap(({ writes }) => [...writes]))],
    due: inputs.flatMap(({ due }) => [...due]),
    ending: 'wait',
    eventsMax: inputs.reduce((sum, { eventsMax }) => sum + eventsMax, 0),
  }));

/** Clients that send in parts, leave half-way, or close their half before the answer. */
export const leavers: fc.Arbitrary<Input> = fc
  .tuple(
    events,
    fc.array(fc.nat(), { maxLength: 5 }),
    fc.nat(),
    fc.constantFrom('end', 'reset', 'wait'),
  )
  .map(([{ writes }, cuts, stop, ending]) => {
    const whole = Buffer.concat([...writes]);
    const end = ending === 'wait' ? whole.length : stop % (whole.length + 1);
    const places = [0, ...cuts.map((cut) => cut % (end + 1)).sort((a, b) => a - b), end];
    const parts = places.slice(1).map((place, i) => whole.subarray(places[i], place));
    return { writes: parts, due: ending === 'wait' ? ['POST'] : [], ending, eventsMax: 1 } as Input;
  });
