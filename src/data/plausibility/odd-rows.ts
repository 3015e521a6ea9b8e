/** Rows and times that look like damage: rows that repeat the header, times that no log has. */
import { basename } from 'node:path';
import { type FileLocation, formatLocation } from '../../core/errors.js';

/** Seconds of 1900-01-01 and 2100-01-01. */
const EARLIEST = -2_208_988_800;
const LATEST = 4_102_444_800;
/** Dates written as one number, 20231101. */
const FIRST_DATE_NUMBER = 19000101;
const LAST_DATE_NUMBER = 21001231;
const SHOWN = 3;

export class OddRows {
  private readonly headers: FileLocation[] = [];
  private numHeaders = 0;
  private firstFarTime: { readonly place: FileLocation; readonly time: number } | undefined;
  private numFarTimes = 0;
  private numDateNumbers = 0;

  /** A row that is the header once more; it was left out. */
  addHeader(place: FileLocation): void {
    this.numHeaders++;
    if (this.headers.length < SHOWN) this.headers.push(place);
  }

  /** Takes a time of which `isOddTime` is true. */
  addTime(time: number, place: FileLocation): void {
    if (isDateNumber(time)) this.numDateNumbers++;
    if (time >= EARLIEST && time < LATEST) return;
    this.numFarTimes++;
    this.firstFarTime ??= { place, time };
  }

  /** @param numRows rows that were read */
  sentences(numRows: number): string[] {
    const sentences: string[] = [];
    const { numHeaders, headers, numFarTimes, firstFarTime, numDateNumbers } = this;
    if (numHeaders > 0) {
      const places = headers.map(shortPlace).join(', ') + (numHeaders > SHOWN ? ', …' : '');
      sentences.push(
        `${numHeaders} ${numHeaders === 1 ? 'row is' : 'rows are'} the header once more (${places}) and left out: ` +
          'were files appended to one another?',
      );
    }
    if (firstFarTime) {
      sentences.push(
        `${numFarTimes} of ${numRows} times lie before 1900 or after 2100, first in ${shortPlace(firstFarTime.place)} ` +
          `(${firstFarTime.time} s): mend them, or ignore the column with data.columns.timestamp=false`,
      );
    }
    if (numRows > 0 && numDateNumbers === numRows) {
      sentences.push(
        'all times look like dates written as one number (20231101) and were read as seconds: write them as 2023-11-01',
      );
    }
    return sentences;
  }
}

/** The place without its folder. */
export const shortPlace = (place: FileLocation): string => formatLocation({ ...place, file: basename(place.file) });

/** Whether a time (seconds since 1970) may be none that a log has. */
export const isOddTime = (time: number): boolean => !(time > LAST_DATE_NUMBER && time < LATEST);

/** Whether it is a date as one number. */
function isDateNumber(value: number): boolean {
  if (!(value >= FIRST_DATE_NUMBER && value <= LAST_DATE_NUMBER)) return false;
  const month = Math.floor(value / 100) % 100;
  const day = value % 100;
  return Number.isInteger(value) && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
