import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outages } from '@hotpath/contract/outage-rows';
import { withOutageTables } from '@hotpath/contract/outage-tables';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const testRooms = [
  'contract/conformance',
  'naive-logger/test',
  'async-logger/test',
  'loadtests/test',
];

test('docs/operations.md says what the rows say: else run npm run generate', () => {
  expect(page).toBe(withOutageTables(page, outages));
});

test('every row is the name of a test', () => {
  const tested = testRooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(root, room, name), 'utf8')),
    )
    .flatMap(rowsNamedIn);
  const rows = Object.entries(outages).flatMap(([arm, each]) =>
    Object.keys(each).map((id) => `${arm}.${id}`),
  );
  expect(rows.filter((row) => !tested.includes(row))).toEqual([]);
});

/** As `outages.naive.id`, or as `rows.id` after `{ naive: rows } = outages`. */
function rowsNamedIn(text: string): string[] {
  const direct = [...text.matchAll(/outage(?:s|Rows)\.(\w+)\.(\w+)/g)];
  const [, arm = ''] = /\{ (\w+): rows \} = outages/.exec(text) ?? [];
  const short = arm ? [...text.matchAll(/\brows\.(\w+)/g)] : [];
  return [...direct.map(([, of, id]) => `${of}.${id}`), ...short.map(([, id]) => `${arm}.${id}`)];
}
