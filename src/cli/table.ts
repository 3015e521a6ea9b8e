/** Aligned plain-text tables and key-value lists for people. */

import { shown } from '../core/terminal/shown-text.js';

export type Cell = string | number | undefined;

interface Column {
  readonly title: string;
  /** Numbers go right, text left. Default: right unless it is the first column. */
  readonly align?: 'left' | 'right';
}

/** A header line, a rule and one line a row; columns two spaces apart, no trailing blanks. */
export function table(columns: readonly (Column | string)[], rows: readonly (readonly Cell[])[]): string {
  const heads = columns.map((column) =>
    typeof column === 'string' ? { title: shown(column) } : { ...column, title: shown(column.title) },
  );
  const body = rows.map((row) => heads.map((_, i) => cellText(row[i])));
  const widths = heads.map((head, i) => Math.max(displayWidth(head.title), ...body.map((row) => displayWidth(row[i]))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => pad(cell, widths[i], heads[i].align ?? (i === 0 ? 'left' : 'right')))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(heads.map((head) => head.title)), rule, ...body.map(line)].join('\n');
}

/** `key   value` lines with the values aligned; entries without a value are left out. */
export function keyValues(entries: readonly (readonly [string, Cell])[], indent = ''): string {
  const given = entries.filter(([, value]) => value !== undefined).map(([key, value]) => [shown(key), value] as const);
  const width = Math.max(0, ...given.map(([key]) => displayWidth(key)));
  return given.map(([key, value]) => `${indent}${pad(key, width, 'left')}  ${cellText(value)}`).join('\n');
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return shown(cell);
  if (!Number.isFinite(cell)) return '–';
  return Number.isInteger(cell) ? cell.toLocaleString('en-US') : cell.toFixed(4);
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? fill + text : text + fill;
}

/** Columns a text takes on a terminal: combining marks take none, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/^[\p{Mark}\p{Cc}\p{Cf}]$/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]$|^\p{Emoji_Presentation}$/u;

/** `text` in lines of `width` terminal columns, broken at blanks; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const longer = lines[last] === '' ? word : `${lines[last]} ${word}`;
    if (displayWidth(longer) <= width) lines[last] = longer;
    else lines.push(word);
  }
  return lines[0] === '' ? lines.slice(1) : lines;
}

/** `text` cut to `width` terminal columns, with an ellipsis where something was cut. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (displayWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}
