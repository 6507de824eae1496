/** The tables of docs/operations.md, made from the rows that tests are named by; pure. */
import type { OutageRow } from './outage-rows.js';

const header = ['what dies', 'what happens', 'what you do'];
const begin = '<!-- outages: written by npm run generate from contract/src/outage-rows.ts -->';
const end = '<!-- end of outages -->';

const table = (rows: readonly OutageRow[]): string =>
  [
    header,
    header.map(() => '---'),
    ...rows.map(({ dies, happens, youDo }) => [dies, happens, youDo]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

type RowsByArm = Readonly<Record<string, Readonly<Record<string, OutageRow>>>>;

/**
 * The page with its tables as they must be.
 * @throws {Error} when the page has no place for them
 */
export function withOutageTables(page: string, outages: RowsByArm): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page lacks ${begin}`);
  const tables = Object.entries(outages).map(
    ([arm, rows]) => `### ${arm}-logger\n\n${table(Object.values(rows))}`,
  );
  return `${before}${begin}\n\n${tables.join('\n\n')}\n\n${end}${after}`;
}
