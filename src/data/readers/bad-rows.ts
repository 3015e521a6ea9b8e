/**
 * What happens to a row that cannot be used: the reading stops with a DataError, or the row is left out, counted, and
 * the first ten are told.
 */
import { basename } from 'node:path';
import { DataError, type FileLocation, formatLocation } from '../../core/errors.js';

const TOLD = 10;

export class BadRows {
  private skipped = 0;
  private readonly first: string[] = [];

  constructor(private readonly policy: 'error' | 'skip') {}

  /**
   * Reports the row at `location` (`column` is the number of the field); `message` says what was expected and what
   * came. Returns only where rows may be skipped. `advice` is told where the reading stops.
   *
   * @throws DataError `DATA_BAD_ROW` under the policy `error`.
   */
  reject(location: FileLocation, message: string, advice?: string): void {
    if (this.policy === 'error') {
      const what = advice === undefined ? message : `${message}; ${advice}`;
      throw new DataError('DATA_BAD_ROW', `${what}; mend the row, or leave such rows out with data.onBadRow=skip`, {
        location,
      });
    }
    this.skipped++;
    if (this.first.length < TOLD) {
      this.first.push(`${formatLocation({ ...location, file: basename(location.file) })}: ${message}`);
    }
  }

  get count(): number {
    return this.skipped;
  }

  /** One sentence and then the first ten rows; empty where every row was good. */
  notes(): string[] {
    if (this.skipped === 0) return [];
    const shown = this.skipped > TOLD ? `, the first ${TOLD} of them` : '';
    return [`${this.skipped} bad rows were left out${shown}:`, ...this.first];
  }
}
