/** What is not an event at all: bytes, JSON, sizes, content types, keys. */
import { batchBodyBytesMax, bodyBytesMax } from '@hotpath/contract/limits';
import { batchPath } from '../client.ts';
import { accepts, type Case, refuses, refusesBody } from './case.ts';

const invalidJson = [400, 'HP_INVALID_JSON'] as const;
const forbiddenKey = [400, 'HP_FORBIDDEN_KEY'] as const;
const tooLarge = [413, 'HP_BODY_TOO_LARGE'] as const;
const wrongType = [415, 'HP_WRONG_CONTENT_TYPE'] as const;
const json = 'application/json';
const plain = '{"message":"Well formed"}';

const broken: Readonly<Record<string, string>> = {
  empty: '',
  'a space': ' ',
  'a word': 'message',
  'an open brace': '{',
  'cut in a string': '{"message":"cu',
  'cut in an escape': '{"message":"cu\\u00',
  'cut before the last brace': '{"message":"cut"',
  'followed by more': '{"message":"x"}{"message":"y"}',
  'with a comma at the end': '{"message":"x",}',
  'with single quotes': "{'message':'x'}",
  'with a bare key': '{message:"x"}',
  'with a comment': '{"message":"x"} // why',
  'with a bare line break in a string': '{"message":"x\ny"}',
  'with a bare null byte in a string': '{"message":"x\u0000y"}',
  'with NaN': '{"message":NaN}',
  'with a leading zero': '{"message":"x","extra":01}',
  'with half an escape': '{"message":"\\x41"}',
  'a form': 'message=x',
};

const bytes = (before: string, ...middle: number[]) =>
  Buffer.concat([Buffer.from(before), Buffer.from(middle), Buffer.from('"}')]);

const jsonCases: readonly Case[] = [
  ...Object.entries(broken).map(([name, body]) => refusesBody(`JSON ${name}`, invalidJson, body)),
  refusesBody('a lone continuation byte', invalidJson, bytes('{"message":"', 0x80)),
  refusesBody('an overlong encoding', invalidJson, bytes('{"message":"', 0xc0, 0xaf)),
  refusesBody('a surrogate in UTF-8', invalidJson, bytes('{"message":"', 0xed, 0xa0, 0x80)),
  refusesBody('UTF-8 beyond Unicode', invalidJson, bytes('{"message":"', 0xf5, 0x80, 0x80, 0x80)),
  refusesBody('a cut UTF-8 character', invalidJson, bytes('{"message":"', 0xf0, 0x9f, 0x98)),
  refusesBody('Latin-1', invalidJson, Buffer.from('{"message":"Fähler"}', 'latin1')),
  refusesBody('UTF-16', invalidJson, Buffer.from(plain, 'utf16le')),
  accepts('a byte order mark before the JSON', `\ufeff${plain}`, { message: 'Well formed' }),
  accepts('white space around the JSON', ` \r\n\t${plain}\n `, { message: 'Well formed' }),
];

const notObject: [string, string] = ['(body)', 'must be a JSON object'];
const shapeCases: readonly Case[] = [
  ...['null', 'true', '7', '"message"', '[]', `[${plain}]`, '1e400'].map((body) =>
    refuses(`JSON ${body} instead of an object`, body, notObject),
  ),
  accepts('an unknown key', { message: 'Has more', extra: { deep: [1] }, Message: 7 }),
  accepts('an empty key', { message: 'Has more', '': 1 }),
  accepts('a key named like a method', { message: 'Has more', toString: 1, hasOwnProperty: 1 }),
  accepts('of two messages the later', '{"message":"Said first","message":"Said last"}', {
    message: 'Said last',
  }),
  refuses('a good message, then a bad one', '{"message":"x","message":7}', [
    'message',
    'must be a string',
  ]),
  accepts('a key written with an escape', '{"m\\u0065ssage":"Escaped key"}', {
    message: 'Escaped key',
  }),
  accepts('a number beyond all bounds', '{"message":"Huge number","extra":1e999}'),
  accepts('a number of 10,000 digits', `{"message":"Long number","extra":${'9'.repeat(10_000)}}`),
  refuses('a number of 10,000 digits for a message', `{"message":${'9'.repeat(10_000)}}`, [
    'message',
    'must be a string',
  ]),
  accepts('60,000 arrays in one another', `{"message":"Deep","extra":${nested(60_000)}}`),
  refuses('60,000 arrays in one another for a message', `{"message":${nested(60_000)}}`, [
    'message',
    'must be a string',
  ]),
  accepts('20,000 objects in one another', `{"message":"Deep","extra":${chained(20_000)}}`),
];

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

function chained(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

const keyCases: readonly Case[] = [
  ...[
    '{"message":"x","__proto__":{"level":"fatal"}}',
    '{"message":"x","__proto__":null}',
    '{"__proto__":{"message":"x"}}',
    '{"message":"x","extra":[{"__proto__":1}]}',
    '{"message":"x","__pr\\u006fto__":{}}',
    '{"message":"x","constructor":{"prototype":{"level":"fatal"}}}',
    '{"message":"x","extra":{"constructor":{"prototype":1}}}',
    `{"message":"x","extra":${'['.repeat(1_000)}{"__proto__":1}${']'.repeat(1_000)}}`,
  ].map((body, i) => refusesBody(`prototype pollution, way ${i + 1}`, forbiddenKey, body)),
  accepts('a constructor that is only a word', '{"message":"Built","constructor":"x"}'),
  accepts('__proto__ as a word', '{"message":"Says __proto__","extra":"__proto__"}', {
    message: 'Says __proto__',
  }),
];

/** An event of exactly so many bytes. */
function sized(bytesWanted: number): string {
  const frame = '{"message":"Sized","extra":""}';
  return frame.replace('""', `"${'x'.repeat(bytesWanted - frame.length)}"`);
}

function sizedBatch(bytesWanted: number): string {
  const frame = '{"events":[]}';
  return frame.replace('[]', `[${sized(bytesWanted - frame.length)}]`);
}

const sizeCases: readonly Case[] = [false, true].flatMap((chunked) => {
  const how = chunked ? 'in chunks' : 'with its length';
  return [
    accepts(`a body at its limit ${how}`, sized(bodyBytesMax), undefined, { chunked }),
    refusesBody(`a body over its limit ${how}`, tooLarge, sized(bodyBytesMax + 1), { chunked }),
    refusesBody(`a body over every limit ${how}`, tooLarge, sized(2 * batchBodyBytesMax), {
      chunked,
    }),
    accepts(`a batch at its limit ${how}`, sizedBatch(batchBodyBytesMax), undefined, {
      chunked,
      path: batchPath,
    }),
    refusesBody(`a batch over its limit ${how}`, tooLarge, sizedBatch(batchBodyBytesMax + 1), {
      chunked,
      path: batchPath,
    }),
  ];
});

const typed = (type: string) => ({ headers: { 'content-type': type } });
const typeCases: readonly Case[] = [
  ...[`${json}; charset=utf-8`, `${json};charset=UTF-8`, `${json}; v=1`, 'Application/JSON'].map(
    (type) => accepts(`content type ${type}`, plain, undefined, typed(type)),
  ),
  ...[
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/problem+json',
    'application/jsonp',
    'application/json-seq',
    'json',
  ].map((type) => refusesBody(`content type ${type}`, wrongType, plain, typed(type))),
  refusesBody('no content type', wrongType, plain, { headers: {} }),
  refusesBody('an empty content type', wrongType, plain, typed('')),
  refusesBody('a batch as plain text', wrongType, `{"events":[${plain}]}`, {
    path: batchPath,
    ...typed('text/plain'),
  }),
];

export const bodyCases: readonly Case[] = [
  ...jsonCases,
  ...shapeCases,
  ...keyCases,
  ...sizeCases,
  ...typeCases,
];
