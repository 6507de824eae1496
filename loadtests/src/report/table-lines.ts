import type { RunRecord } from '../run-record.js';
import { type Cell, type Row, tableOf } from './table.js';

const nameWidth = 20;
const multipleWidth = 10;
/** More arms than these have their multiples in a row of their own, or the table would not fit. */
const wideArmsMax = 4;
const denseNameWidth = 18;
const denseCellWidthMin = 12;
const timesFloor = '× floor';

/** The table of a record in at most `width` columns, up to six arms. */
export function tableLines(record: RunRecord, width: number): string[] {
  const { columns, rows } = tableOf(record);
  const lines =
    columns.length <= wideArmsMax ? wideLines(columns, rows, width) : denseLines(columns, rows);
  return lines.map((line) => line.trimEnd());
}

/** Multiples of the floor beside the numbers. */
function wideLines(
  columns: readonly string[],
  rows: readonly (Row | null)[],
  lineWidth: number,
): string[] {
  const width = Math.max(18, Math.min(26, Math.floor((lineWidth - nameWidth) / columns.length)));
  const cell = (value: string, multiple: string) =>
    value.padStart(width - multipleWidth) + multiple.padStart(multipleWidth);
  const hasFloor = columns.includes('floor');
  const heads = columns.map((name) =>
    name.length < width - multipleWidth
      ? cell(name, hasFloor && name !== 'floor' ? timesFloor : '')
      : name.padStart(width),
  );
  const body = rows.map((row) =>
    row === null
      ? ''
      : row.name.padEnd(nameWidth) +
        row.cells.map((each) => cell(each.value, each.timesFloor)).join(''),
  );
  return [
    ''.padEnd(nameWidth) + heads.join(''),
    ''.padEnd(nameWidth + width * columns.length, '─'),
    ...body,
  ];
}

/** Multiples of the floor below the numbers. */
function denseLines(columns: readonly string[], rows: readonly (Row | null)[]): string[] {
  const widths = columns.map((name) => Math.max(denseCellWidthMin, name.length + 2));
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(denseNameWidth) + cells.map((text, at) => text.padStart(widths[at] ?? 0)).join('');
  const texts = (cells: readonly Cell[], key: keyof Cell) => cells.map((cell) => cell[key]);
  const body = rows.flatMap((row) => {
    if (row === null) return [''];
    const multiples = texts(row.cells, 'timesFloor');
    const below = multiples.some((text) => text !== '') ? [line(`  ${timesFloor}`, multiples)] : [];
    return [line(row.name, texts(row.cells, 'value')), ...below];
  });
  const width = denseNameWidth + widths.reduce((sum, each) => sum + each, 0);
  return [line('', columns), ''.padEnd(width, '─'), ...body];
}
