/** Lengths at and over every limit; what text may hold. */
import * as limits from '@hotpath/contract/limits';
import { accepts, type Case, refuses, refusesBody } from './case.ts';

/** Words, as a run of one letter alone would be a fingerprint like any other. */
const long = (topic: string, chars: number, fill = 'x') =>
  `${topic} `.padEnd(chars, fill).slice(0, chars);

const { messageCharsMax, stackTraceCharsMax } = limits;
const message = (topic: string, more = 0) => long(topic, messageCharsMax + more);
const stack = (more = 0) => long('Error\n    at f (/app/a.js:1:1)\n', stackTraceCharsMax + more);
/** One character short of the limit, then a pair: its first half would be the last that fits. */
const torn = `${long('Torn pair', messageCharsMax - 1)}😀`;

const tooLong = (field: string, chars: number): Case =>
  refuses(`${field} of ${chars + 1} characters`, { message: 'x', [field]: 'a'.repeat(chars + 1) }, [
    field,
    `must have at most ${chars} characters`,
  ]);

const lengthCases: readonly Case[] = [
  accepts('message of one character', { message: 'Ω' }, { message: 'Ω' }),
  accepts(
    `message of ${messageCharsMax} characters`,
    { message: message('Fits') },
    { message: message('Fits') },
  ),
  accepts(
    `message of ${messageCharsMax + 1} characters is cut`,
    { message: message('Too long', 1) },
    { message: message('Too long') },
    { truncated: ['message'] },
  ),
  accepts(
    'a message is cut before a surrogate pair, not within',
    { message: torn },
    { message: torn.slice(0, -2) },
    { truncated: ['message'] },
  ),
  accepts(
    `message of ${messageCharsMax} characters of three bytes each`,
    { message: long('Wide', messageCharsMax, '語') },
    { message: long('Wide', messageCharsMax, '語') },
  ),
  accepts(
    'message of emoji up to the limit',
    { message: '😀'.repeat(messageCharsMax / 2) },
    { message: '😀'.repeat(messageCharsMax / 2) },
  ),
  accepts(
    `stackTrace of ${stackTraceCharsMax} characters`,
    { message: 'Stack fits', stackTrace: stack() },
    { stackTrace: stack() },
  ),
  accepts(
    `stackTrace of ${stackTraceCharsMax + 1} characters is cut`,
    { message: 'Stack too long', stackTrace: stack(1) },
    { stackTrace: stack() },
    { truncated: ['stackTrace'] },
  ),
  accepts(
    'message and stackTrace are both cut',
    { message: message('Both', 9), stackTrace: stack(9) },
    { message: message('Both'), stackTrace: stack() },
    { truncated: ['message', 'stackTrace'] },
  ),
  refusesBody(
    'stackTrace within its characters, the body not within its bytes',
    [413, 'HP_BODY_TOO_LARGE'],
    JSON.stringify({ message: 'x', stackTrace: '語'.repeat(stackTraceCharsMax) }),
  ),
  accepts('eventId at its limit', {
    message: 'Long id',
    eventId: 'a'.repeat(limits.eventIdCharsMax),
  }),
  tooLong('eventId', limits.eventIdCharsMax),
  accepts(
    'environment at its limit',
    { message: 'Long environment', environment: '語'.repeat(limits.environmentCharsMax) },
    { environment: '語'.repeat(limits.environmentCharsMax) },
  ),
  tooLong('environment', limits.environmentCharsMax),
  accepts(
    'release at its limit',
    { message: 'Long release', release: '語'.repeat(limits.releaseCharsMax) },
    { release: '語'.repeat(limits.releaseCharsMax) },
  ),
  tooLong('release', limits.releaseCharsMax),
];

/** Kept to the last character. */
const kept: Readonly<Record<string, string>> = {
  'an emoji': 'Broken 😀',
  'an emoji of seven code points': 'Family 👨‍👩‍👧‍👦 broken',
  'right-to-left text': 'שגיאה בשרת',
  'a right-to-left override': 'Looks \u202egnorw\u202c',
  'a combining character': 'Cafe\u0301 broken',
  'the same character composed': 'Caf\u00e9 broken',
  'zalgo text': `Z${'\u0335\u0321'.repeat(40)}algo`,
  'characters outside the first plane': '𝔅𝔯𝔬𝔨𝔢𝔫 𠜎',
  'a zero-width space alone': '\u200b',
  'a null byte': 'Null \u0000 inside',
  'control characters': 'Bell \u0007 escape \u001b[31m delete \u007f',
  'line separators': 'Line\u2028paragraph\u2029end',
  'spaces around': '  Spaced  out  ',
  'a byte order mark inside': 'Mark \ufeff inside',
  noncharacters: 'Not \ufffe a \uffff character',
  'what SQL would read': "Robert'); DROP TABLE issues; -- \\",
  'what HTML would read': '<script>alert("x")</script> &amp;',
  'what printf and templates would read': '%s %n $x {{x}} $(x) `x`',
  'what Lua and Redis would read': '\r\n*1\r\n$4\r\nPING\r\n',
};

const textCases: readonly Case[] = [
  ...Object.entries(kept).map(([name, words]) =>
    accepts(`message with ${name}`, { message: words }, { message: words }),
  ),
  ...['a null byte', 'an emoji', 'what SQL would read'].map((name, i) =>
    accepts(
      `${name} in every other text`,
      {
        message: `Elsewhere ${'too '.repeat(i + 1)}`,
        stackTrace: kept[name],
        environment: kept[name],
        release: kept[name],
      },
      { stackTrace: kept[name], environment: kept[name], release: kept[name] },
    ),
  ),
  accepts(
    'half surrogate pairs become replacement characters, in every text',
    '{"message":"Half \\ud83d pair \\ude00","stackTrace":"\\ud800","environment":"\\udfff","release":"a\\ud800b"}',
    {
      message: 'Half \ufffd pair \ufffd',
      stackTrace: '\ufffd',
      environment: '\ufffd',
      release: 'a\ufffdb',
    },
  ),
  accepts(
    'a pair written as two escapes is one character',
    '{"message":"Escaped \\ud83d\\ude00"}',
    { message: 'Escaped 😀' },
  ),
];

export const textTable: readonly Case[] = [...lengthCases, ...textCases];
