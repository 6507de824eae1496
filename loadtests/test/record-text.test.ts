import { recordText } from '@hotpath/loadtests/record-text';
import { expect, test } from 'vitest';

test('a list of numbers is one line, everything else has a line for each field', () => {
  expect(recordText({ a: [null, -2.5, null, 1e-7], b: [], c: [{ d: [3] }], e: ['x'] })).toBe(`{
  "a": [null, -2.5, null, 1e-7],
  "b": [],
  "c": [
    {
      "d": [3]
    }
  ],
  "e": [
    "x"
  ]
}
`);
});

test('what looks like a list inside a text stays as it is', () => {
  const record = { text: '[\n  1,\n  2\n]', list: [1] };
  expect(JSON.parse(recordText(record))).toEqual(record);
});
