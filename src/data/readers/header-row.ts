/** The header of a file, to know it again further down: files are appended to one another with theirs. */
import type { RowCells } from './row-cells.js';

export class HeaderRow {
  private readonly cells: readonly { readonly text: string; readonly bytes: Buffer }[];

  /** @param cells without blanks around them; absent where the file has no header */
  constructor(cells: readonly string[] = []) {
    this.cells = cells.map((text) => ({ text, bytes: Buffer.from(text) }));
  }

  isAgain(row: RowCells): boolean {
    const { cells } = this;
    if (row.numCells !== cells.length) return false;
    // from the last: ids are often written like the first name, times never like the last
    for (let column = cells.length - 1; column >= 0; column--) {
      if (!row.is(column, cells[column].text, cells[column].bytes)) return false;
    }
    return true;
  }
}
