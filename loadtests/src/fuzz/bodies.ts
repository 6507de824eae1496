/** Bodies of the two ingest resources: valid, nearly valid, and nothing of the kind. */
import * as limits from '@hotpath/contract/limits';
import fc from 'fast-check';
import { batchPath, type Input, logPath, posted } from './input.js';

/** Of any code points and of lone halves of pairs, which JSON.stringify escapes. */
const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('\0', '\ud800', '\udfff', '\u202e', '\ufeff', "'", '"', '\\', '%'),
  }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'null',
    '__proto__',
    "'; DROP TABLE issues; --",
    '#{7*7}',
    '<script>',
  ),
);
const long = (charsMax: number) =>
  fc
    .tuple(wild, fc.integer({ min: charsMax - 2, max: charsMax + 2 }))
    .map(([text, chars]) =>
      (text || 'x').repeat(Math.ceil(chars / (text.length || 1))).slice(0, chars),
    );
const anything = fc.oneof(wild, fc.jsonValue(), fc.constantFrom(null, true, 0, -0, 1e308, [], {}));
const oneIn = <T>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { arbitrary: often as fc.Arbitrary<unknown>, weight: 5 },
    { arbitrary: seldom, weight: 1 },
  );

const event = fc.record(
  {
    message: oneIn(fc.oneof(wild, long(limits.messageCharsMax)), anything),
    stackTrace: oneIn(fc.oneof(wild, long(limits.stackTraceCharsMax)), anything),
    eventId: oneIn(fc.oneof(fc.uuid(), fc.stringMatching(/^[\w.:-]{1,64}$/)), anything),
    level: oneIn(fc.constantFrom('fatal', 'error', 'warning', 'info', 'debug'), anything),
    environment: oneIn(fc.oneof(wild, long(limits.environmentCharsMax)), anything),
    release: oneIn(fc.oneof(wild, long(limits.releaseCharsMax)), anything),
    occurredAt: oneIn(
      fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+23:59'),
      ),
      anything,
    ),
    other: anything,
  },
  { requiredKeys: [] },
);

const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '');

export const events: fc.Arbitrary<Input> = oneIn(event, fc.jsonValue()).map((value) =>
  posted(logPath, json(value)),
);

export const batches: fc.Arbitrary<Input> = fc
  .oneof(
    fc.record({ events: fc.array(oneIn(event, anything), { maxLength: 12 }) }),
    fc.record({ events: anything }),
    fc.integer({ min: 99, max: 130 }).map((length) => ({
      events: Array.from({ length }, (_, i) => ({ message: `many of ${length}`, i })),
    })),
  )
  .map((value) => posted(batchPath, json(value), limits.batchEventsMax));

const deep = fc
  .tuple(fc.constantFrom('[]', '{}'), fc.integer({ min: 1, max: 30_000 }))
  .map(([pair, depth]) =>
    pair === '[]'
      ? '['.repeat(depth) + ']'.repeat(depth)
      : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  );
const inMessage = (text: string) => `{"message":${text}}`;
/** Text that is JSON nearly, or in a way that parsers differ about. */
const texts = fc.oneof(
  deep.map(inMessage),
  deep,
  fc
    .constantFrom('1e999', '-1e999', '1E400', '0x10', '01', '1.', '.5', 'NaN', 'Infinity')
    .map(inMessage),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 200n }).map((big) => inMessage(String(big))),
  fc
    .tuple(fc.string(), fc.string())
    .map(([a, b]) => `{"message":${JSON.stringify(a)},"message":${JSON.stringify(b)}}`),
  fc.jsonValue().map((value) => `{"message":"m","__proto__":${JSON.stringify(value)}}`),
  fc
    .jsonValue()
    .map((value) => `{"message":"m","constructor":{"prototype":${JSON.stringify(value)}}}`),
  fc.tuple(fc.json(), fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  fc
    .tuple(fc.json(), fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([text, at, extra]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + extra + text.slice(place);
    }),
  fc.constantFrom(
    '',
    ' ',
    '\ufeff{"message":"m"}',
    '{"message":"m"}{"message":"m"}',
    "{'message':'m'}",
  ),
);

export const jsonTexts: fc.Arbitrary<Input> = fc
  .tuple(
    fc.constantFrom(logPath, batchPath),
    fc.oneof(
      texts.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc
        .uint8Array({ minLength: 1, maxLength: 20 })
        .map((bytes) => Buffer.concat([Buffer.from('{"message":"'), bytes, Buffer.from('"}')])),
    ),
  )
  .map(([path, body]) => posted(path, body, limits.batchEventsMax));

/** Around the two limits of a body, and beyond them. */
export const sizes: fc.Arbitrary<Input> = fc
  .tuple(
    fc.constantFrom(
      [logPath, limits.bodyBytesMax] as const,
      [batchPath, limits.batchBodyBytesMax] as const,
    ),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(1, 2),
  )
  .map(([[path, bytesMax], offset, times]) => {
    const frame = '{"message":""}';
    const message = 'x'.repeat(bytesMax * times + offset - frame.length);
    return posted(path, Buffer.from(`{"message":"${message}"}`));
  });
