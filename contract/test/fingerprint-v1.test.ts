import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { messageCharsMax, stackTraceCharsMax } from '@hotpath/contract/limits';
import { describe, expect, test } from 'vitest';
import { frozenVectors } from './fingerprint-v1.vectors.ts';

const same = (a: string, b: string) =>
  expect(fingerprintV1({ message: a }), `${a} | ${b}`).toBe(fingerprintV1({ message: b }));
const other = (a: string, b: string) =>
  expect(fingerprintV1({ message: a }), `${a} | ${b}`).not.toBe(fingerprintV1({ message: b }));

test.each(frozenVectors)('is frozen: %j', (event, fingerprint) => {
  // Rows hold these. If this fails, the change belongs into a fingerprint-v2.ts.
  expect(fingerprintV1(event)).toBe(fingerprint);
});

describe('what varies from event to event does not matter', () => {
  test.each([
    ['numbers', 'Retry 3 of 10', 'Retry 4 of 10'],
    ['decimals and thousands', 'Took 1,234.5 ms', 'Took 7 ms'],
    ['negative numbers', 'At -4', 'At -17'],
    ['numbers within words', 'worker3 died', 'worker12 died'],
    [
      'UUIDs',
      'No user 6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      'No user F47AC10B-58CC-4372-A567-0E02B2C3D479',
    ],
    ['hex ids', 'Commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'Commit deadbeef1'],
    ['addresses', 'Fault at 0x7ffee4', 'Fault at 0xDEADBEEF'],
    ['dates', 'Since 2024-02-29', 'Since 1999-12-31'],
    ['times', 'At 2024-02-29T12:00:00.123Z', 'At 2023-01-01 00:00:00+02:00'],
    ['e-mail addresses', 'Bounced: ann@example.com', 'Bounced: bo.b+c@mail.example.org'],
    ['URLs', 'GET https://a.example/u/7?q=x failed', 'GET http://b.example failed'],
    ['addresses of databases', 'No mysql://u:p@db:3306/x', 'No redis://h:6379/0'],
    ['double-quoted strings', 'No key "a"', 'No key "b c"'],
    ['single-quoted strings', "No column 'a'", "No column 'b c'"],
    ['backquoted strings', 'No table `a`', 'No table `b`'],
    ['white space', 'Too  much\n space ', 'Too much space'],
  ])('%s', (_name, a, b) => same(a, b));
});

describe('what tells errors apart matters', () => {
  test.each([
    ['words', 'Cannot read file', 'Cannot write file'],
    ['word order', 'a before b', 'b before a'],
    ['case', 'null', 'NULL'],
    ['words that look like hex', 'The wall was defaced', 'The wall was effaced'],
    ['words around a number', 'Port 80 closed', 'Port 80 open'],
    ['a string or a number', 'No key "a"', 'No key 7'],
    ['words between apostrophes', "can't read, don't retry", "can't write, don't retry"],
    ['other alphabets', 'שגיאה בשרת', 'שגיאה בדיסק'],
    ['emoji', 'Broken 😀', 'Broken 😡'],
  ])('%s', (_name, a, b) => other(a, b));
});

describe('a stack trace', () => {
  const message = 'Boom';
  const of = (stackTrace: string | null) => fingerprintV1({ message, stackTrace });
  const trace = (...frames: string[]) =>
    ['Error: Boom', ...frames.map((f) => `    at ${f}`)].join('\n');

  test('tells callers apart', () => {
    expect(of(trace('f (/app/a.js:1:2)'))).not.toBe(of(trace('g (/app/a.js:1:2)')));
    expect(of(trace('f (/app/a.js:1:2)'))).not.toBe(of(trace('f (/app/b.js:1:2)')));
    expect(of(trace('f (/app/a.js:1:2)'))).not.toBe(of(null));
  });

  test('does not depend on lines and columns', () => {
    expect(of(trace('f (/app/a.js:1:2)', '/app/b.js:3:4'))).toBe(
      of(trace('f (/app/a.js:99:1)', '/app/b.js:7:88')),
    );
    const python = (line: number) => `Traceback:\n  File "/app/a.py", line ${line}, in f`;
    expect(of(python(1))).toBe(of(python(200)));
  });

  test('does not depend on the message that it repeats, nor on line endings', () => {
    const frames = '    at f (/app/a.js:1:2)\n    at g (/app/a.js:2:2)';
    expect(of(`Error: user 7\n${frames}`)).toBe(of(`Error: user 8\n${frames}`));
    expect(of(`E\r\n${frames.replaceAll('\n', '\r\n')}`)).toBe(of(`E\n${frames}`));
  });

  test('counts only frames of the application', () => {
    const own = 'f (/app/a.js:1:2)';
    expect(
      of(
        trace(
          'next (node:internal/process/task_queues:95:5)',
          own,
          'layer (/app/node_modules/express/lib/router/layer.js:95:5)',
          'new Promise (<anonymous>)',
        ),
      ),
    ).toBe(of(trace(own)));
  });

  test('counts the innermost five', () => {
    const frames = Array.from({ length: 8 }, (_, i) => `f${'abcdefgh'[i]} (/app/a.js:1:1)`);
    expect(of(trace(...frames))).toBe(of(trace(...frames.slice(0, 5))));
    expect(of(trace(...frames))).not.toBe(of(trace(...frames.slice(0, 4))));
  });

  test('without any frame counts as none', () => {
    expect(of('')).toBe(of(null));
    expect(of('something odd')).toBe(of(null));
  });
});

/** Each is aimed at one pattern: it begins everywhere and never ends. */
const endless = [
  'a://',
  'a+',
  '1+a.b-c',
  'http://',
  'http://a ',
  'a@',
  'a@a.',
  'a@a-',
  'a.',
  '.a-@',
  '1',
  '1.',
  '1,',
  '1.,',
  '1-',
  '2024-01-',
  '2024-01-01T',
  '2024-01-01T00:00:00.',
  '"',
  '"\n',
  "'",
  " '",
  "'a",
  '`',
  '0x',
  '0xf',
  'abcdef',
  'abcdefa1',
  'aaaaaaaa-',
  'aaaaaaaa-aaaa-',
  'f ',
  ' ',
  '\n',
  '\t ',
  '\u00a0',
  '1\u2028',
  '😀',
  '\ud800',
  '<n>',
  '_',
];
const endlessFrames = [
  '\n',
  '    at f (/app/a.js:1:1)\n',
  'at ',
  'at :1',
  'at :1:',
  'at x:1:1)',
  ' ',
  'at  ',
  ', line 1',
  'at f, line ',
  'File "',
  '    at node_modules\n',
  '    at \n',
  '\r',
  'x',
  '1',
];

describe('hostile input costs no more than any other', () => {
  const msMax = 20;
  const fill = (text: string, chars: number) =>
    text.repeat(Math.ceil(chars / text.length)).slice(0, chars);

  /** The best of three: a busy machine makes one slow, a bad pattern all. */
  function bestMs(event: { message: string; stackTrace?: string }): number {
    const runs = [1, 2, 3].map(() => {
      const startedAt = performance.now();
      fingerprintV1(event);
      return performance.now() - startedAt;
    });
    return Math.min(...runs);
  }

  test.each(endless)('a message of %j', (unit) => {
    for (const start of ['', '1', '"', "'", '@', 'x ']) {
      for (const end of ['', '!', '@', '"', ' 1']) {
        const message = `${start}${fill(unit, messageCharsMax - 2)}${end}`;
        expect(bestMs({ message }), JSON.stringify([start, end])).toBeLessThan(msMax);
      }
    }
  });

  test.each(endlessFrames)('a stack trace of %j', (unit) => {
    for (const start of ['', 'at ', '  File "']) {
      const stackTrace = `${start}${fill(unit, stackTraceCharsMax)}`;
      expect(bestMs({ message: 'x', stackTrace }), start).toBeLessThan(msMax);
    }
  });
});

test('is 64 lower-case hex digits for anything', () => {
  for (const message of ['', ' ', '\u0000', '😀', '\ud800', 'x'.repeat(messageCharsMax)]) {
    expect(fingerprintV1({ message, stackTrace: message })).toMatch(/^[0-9a-f]{64}$/);
  }
});
