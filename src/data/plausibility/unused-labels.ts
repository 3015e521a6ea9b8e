/**
 * Columns that nothing uses and that hold only yes and no: a label or a click, most likely, whose "no" would count as a
 * positive without a word. They are looked at in every row, and asked about.
 */
import type { RowCells } from '../readers/row-cells.js';

/** Names that say so, for which column is proposed where there are several. */
const LABEL_NAMES = /click|label|purchase|buy|bought|like|convers|convert|target|positive|feedback|accept|play/i;
const NO = /^(?:0+(?:\.0+)?|false|no|f|n)$/i;
const YES = /^(?:1(?:\.0+)?|true|yes|t|y)$/i;

interface Watched {
  readonly column: number;
  /** Values as the file writes them, by their number of rows. */
  readonly no: Map<string, number>;
  readonly yes: Map<string, number>;
}

export class UnusedLabels {
  private watched: Watched[];
  /** False where there is nothing to look at (any more). */
  isWatching: boolean;

  /** @param columns numbers from 0 of the columns that nothing uses */
  constructor(columns: readonly number[]) {
    this.watched = columns.map((column) => ({ column, no: new Map(), yes: new Map() }));
    this.isWatching = columns.length > 0;
  }

  /** Looks at a good row. */
  add(cells: RowCells): void {
    let isLost = false;
    for (const { column, no, yes } of this.watched) {
      const text = cells.text(column);
      if (text === '0' || NO.test(text)) count(no, text);
      else if (text === '1' || YES.test(text)) count(yes, text);
      else isLost = true;
    }
    if (!isLost) return;
    this.watched = this.watched.filter(({ column }) => isAnswer(cells.text(column)));
    this.isWatching = this.watched.length > 0;
  }

  /** A question, where there is something to ask. @param names of all columns */
  notes(file: string, names: readonly string[]): string[] {
    const found = this.watched.filter(({ no, yes }) => no.size > 0 && yes.size > 0);
    if (found.length === 0) return [];
    const best = found.find(({ column }) => LABEL_NAMES.test(names[column])) ?? found[0];
    const name = names[best.column];
    const total = sum(best.no) + sum(best.yes);
    const values = [...best.no.keys(), ...best.yes.keys()];
    const others = found.filter((other) => other !== best).map(({ column }) => `"${names[column]}"`);
    const meanings = [
      ...[...best.no.keys()].map((value) => `"${value}": exposed`),
      ...[...best.yes.keys()].map((value) => `"${value}": positive`),
    ].join(', ');
    const also = others.length > 0 ? ` (so ${others.length > 1 ? 'do' : 'does'} ${others.join(', ')})` : '';
    return [
      `${file}: the column "${name}" holds only ${values.join(' and ')}${also} and is not used: all rows were taken as ` +
        `positive, also the ${sum(best.no)} of ${total} with ${[...best.no.keys()].join(', ')}; if these were shown and not ` +
        `taken: --columns ${/^[\w.-]+$/.test(name) ? `event=${name}` : `'event=${name}'`} --set 'data.events={${meanings}}'`,
    ];
  }
}

const isAnswer = (text: string): boolean => NO.test(text) || YES.test(text);

function count(values: Map<string, number>, text: string): void {
  values.set(text, (values.get(text) ?? 0) + 1);
}

const sum = (values: Map<string, number>): number => [...values.values()].reduce((total, rows) => total + rows, 0);
