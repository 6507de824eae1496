import { readFileSync } from 'node:fs';
import * as limits from '@hotpath/contract/limits';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');

/** As people write it: with the unit that the name ends on. */
function written(name: string, value: number): string {
  const kibibytes = value / 1_024;
  if (/Ms(Max)?$/.test(name)) return `${value / 1_000} s`;
  if (!/Bytes/.test(name)) return value.toLocaleString('en');
  return kibibytes < 1_024 ? `${kibibytes} KiB` : `${kibibytes / 1_024} MiB`;
}

test('SECURITY.md states the limits that are obeyed', () => {
  const rows = [...page.matchAll(/^\| .* \| (.*) \| `(\w+)` \|$/gm)];
  const stated = Object.fromEntries(rows.map(([, text, name]) => [name, text]));
  const obeyed = Object.entries(limits)
    .filter(([name]) => name in stated)
    .map(([name, value]) => [name, written(name, value)]);
  expect(rows.length).toBeGreaterThan(10);
  expect(stated).toEqual(Object.fromEntries(obeyed));
});
