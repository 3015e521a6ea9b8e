/** Tables of a page; numbers stand to the right, shortly. */
import { type Html, type HtmlPart, html } from './html.js';

export type TableCell = string | number | Html | undefined;

/** Four digits behind the point for what is small, fewer for what is large, none for what is counted; `–` for what is not there. */
export function shown(value: number | undefined | null): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size < 0.00005) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 4);
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function dataTable(columns: readonly string[], rows: readonly (readonly TableCell[])[], caption?: string): Html {
  const isNumeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const attribute = (column: number): HtmlPart => (isNumeric[column] ? html` class="n"` : undefined);
  const head = columns.map((name, column) => html`<th scope="col"${attribute(column)}>${name}</th>`);
  const body = rows.map(
    (row) =>
      html`<tr>${row.map((cell, column) => html`<td${attribute(column)}>${typeof cell === 'number' ? shown(cell) : (cell ?? '–')}</td>`)}</tr>\n`,
  );
  return html`${caption !== undefined && html`<p class="note">${caption}</p>\n`}<div class="scroll" tabindex="0" role="region" aria-label="${caption ?? columns.join(', ')}"><table><thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}
