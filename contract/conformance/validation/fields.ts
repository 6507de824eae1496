/** Types, absence and emptiness of every field; characters of eventId; dates. */
import { accepts, type Case, refuses } from './case.ts';

const level = 'must be one of fatal, error, warning, info, debug';
const text = 'must be a string';
const date = 'must be an ISO 8601 date-time with a zone';
const reasons: Readonly<Record<string, string>> = {
  message: text,
  stackTrace: text,
  eventId: text,
  level,
  environment: text,
  release: text,
  occurredAt: date,
};

const wrongTypes: Readonly<Record<string, unknown>> = {
  'a number': 7,
  true: true,
  'an array': ['x'],
  'an object': { toString: 'x' },
};

/** Every field × every wrong type. */
const typeCases = Object.entries(reasons).flatMap(([field, reason]) =>
  Object.entries(wrongTypes).map(([type, value]) =>
    refuses(`${field} is ${type}`, { message: 'Wrong type', [field]: value }, [field, reason]),
  ),
);

const said = { message: 'Says little', stackTrace: null, environment: null, release: null };

const absenceCases: readonly Case[] = [
  refuses('message is missing', {}, ['message', text]),
  refuses('message is null', { message: null }, ['message', text]),
  refuses('message is empty', { message: '' }, ['message', 'must not be blank']),
  refuses('message is blank', { message: ' \t\r\n\u00a0\u3000\u2028' }, [
    'message',
    'must not be blank',
  ]),
  accepts('every other field is missing', { message: 'Says little' }, said),
  ...Object.keys(reasons)
    .filter((field) => field !== 'message')
    .map((field) =>
      accepts(`${field} is null`, { message: 'Says little', [field]: null }, { level: 'error' }),
    ),
  accepts(
    'stackTrace is empty',
    { message: 'No stack', stackTrace: '' },
    { message: 'No stack', stackTrace: null },
  ),
  refuses('eventId is empty', { message: 'x', eventId: '' }, ['eventId', 'must not be empty']),
  refuses('level is empty', { message: 'x', level: '' }, ['level', level]),
  accepts(
    'environment is empty',
    { message: 'Nowhere', environment: '' },
    { message: 'Nowhere', environment: '' },
  ),
  accepts('release is empty', { message: 'Unreleased', release: '' }, { release: '' }),
  refuses('occurredAt is empty', { message: 'x', occurredAt: '' }, ['occurredAt', date]),
  refuses(
    'every field is wrong: each is named',
    {
      message: '',
      stackTrace: 1,
      eventId: 'ä',
      level: 'x',
      environment: 1,
      release: 1,
      occurredAt: 1,
    },
    ['message', 'must not be blank'],
    ['stackTrace', text],
    ['eventId', 'must consist of letters, digits and . _ : -'],
    ['level', level],
    ['environment', text],
    ['release', text],
    ['occurredAt', date],
  ),
];

const levelCases: readonly Case[] = [
  ...['fatal', 'error', 'warning', 'info', 'debug'].map((name) =>
    accepts(`level ${name}`, { message: `Level called ${name}`, level: name }, { level: name }),
  ),
  refuses('level in capitals', { message: 'x', level: 'ERROR' }, ['level', level]),
  refuses('level with a space', { message: 'x', level: 'error ' }, ['level', level]),
  refuses('level with a null byte', { message: 'x', level: 'error\u0000' }, ['level', level]),
  refuses('level named like a method', { message: 'x', level: 'constructor' }, ['level', level]),
];

const idReason: [string, string] = ['eventId', 'must consist of letters, digits and . _ : -'];
const idCases: readonly Case[] = [
  ...['a', 'A.b_c:d-9', '__proto__', 'constructor', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'].map(
    (eventId) => accepts(`eventId ${eventId}`, { message: 'Has an id', eventId }),
  ),
  ...['a b', 'a\n', 'ä', '😀', 'a\u0000', '{a}', 'a/b', '*', "a'b", '٣'].map((eventId) =>
    refuses(`eventId ${JSON.stringify(eventId)}`, { message: 'x', eventId }, idReason),
  ),
];

const validDates: Readonly<Record<string, string>> = {
  '2024-02-29T00:00:00Z': '2024-02-29T00:00:00.000Z',
  '2000-02-29T23:59:59.999Z': '2000-02-29T23:59:59.999Z',
  '2024-01-01T00:00:00+14:00': '2023-12-31T10:00:00.000Z',
  '2024-01-01T00:00:00-12:00': '2024-01-01T12:00:00.000Z',
  '2024-01-01T00:00:00.123999999Z': '2024-01-01T00:00:00.123Z',
  '1970-01-01T00:00:00Z': '1970-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59Z': '1970-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00Z': '1970-01-01T00:00:00.000Z',
};

const dateCases: readonly Case[] = [
  ...Object.entries(validDates).map(([occurredAt, firstSeen], i) =>
    accepts(
      `occurredAt ${occurredAt}`,
      { message: `Happened ${'then '.repeat(i + 1)}`, occurredAt },
      { firstSeen, lastSeen: firstSeen },
    ),
  ),
  ...[
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:00',
    '2024-01-01',
    '2024-01-01T00:00Z',
    '2024-01-01 00:00:00Z',
    '+012024-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2024-01-01T00:00:00+0200',
    '2024-01-01T00:00:00 Europe/Berlin',
    ' 2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00Z\n',
    'Mon, 01 Jan 2024 00:00:00 GMT',
    '1704067200000',
    'now',
  ].map((occurredAt) =>
    refuses(`occurredAt ${JSON.stringify(occurredAt)}`, { message: 'x', occurredAt }, [
      'occurredAt',
      date,
    ]),
  ),
  accepts('occurredAt far in the future', {
    message: 'Will happen',
    occurredAt: '9999-12-31T23:59:59Z',
  }),
];

export const fieldCases: readonly Case[] = [
  ...typeCases,
  ...absenceCases,
  ...levelCases,
  ...idCases,
  ...dateCases,
];
