import { html, type Markup } from './markup.js';

export type DataCell = Markup | string;

export interface DataTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell is the row's head. */
  readonly rows: readonly (readonly DataCell[])[];
  /** Class of a row, by its number. */
  readonly rowClass?: (row: number) => string;
}

/** In a box that scrolls by itself, with the keyboard too, so that a narrow page doesn't. */
export function dataTable({ caption, columns, rows, rowClass }: DataTable): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([head = '', ...cells], row) =>
    html`<tr class="${rowClass?.(row) ?? ''}"><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody></table></div>`;
}

/** A number as people read it, with the exact one beside it for programs. */
export function datum(value: number | null, text: (value: number) => string, absent = '–'): Markup {
  return value === null ? html`${absent}` : html`<data value="${value}">${text(value)}</data>`;
}
