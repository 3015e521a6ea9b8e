/**
 * LightGCN text (He et al. 2020): one user a line, `user item item …`, separated by spaces (tabs are taken too). A user
 * may come on several lines, and may have no items.
 */
import { DataError } from '../../core/errors.js';
import { EVENT_CODES } from '../interaction-set.js';
import type { InteractionReader } from './read-context.js';

const SPACE = 32;
const TAB = 9;
const NO_COLUMNS = Object.freeze({ timestamp: false, weight: false });

export const readLightgcn: InteractionReader = async (file, part, { collector, config, reporter, notes }) => {
  collector.beginPart(part, NO_COLUMNS, file.path);
  notes.push(`read ${file.name} as lightgcn, lines of a user and its items`);
  const { users, items } = collector;
  const shape = config.format === 'auto' ? new ListShape(file.path) : undefined;
  let pairs = 0;
  let longestLine = '';
  await file.forEachLine(reporter, (bytes, start, end, line) => {
    let user = -1;
    let width = 0;
    const place = () => ({ file: file.path, line });
    for (let at = start; at < end; ) {
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      const tokenStart = at;
      while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
      if (at === tokenStart) break;
      width++;
      if (user < 0) {
        user = users.ofBytes(bytes, tokenStart, at);
        if (users.suspects.hasUnplaced) users.suspects.place(place);
        continue;
      }
      const item = items.ofBytes(bytes, tokenStart, at);
      if (items.suspects.hasUnplaced) items.suspects.place(place);
      collector.add(user, item, Number.NaN, Number.NaN, EVENT_CODES.positive);
      pairs++;
    }
    if (user >= 0) shape?.add(user, width, line);
    if (pairs === 0 && end - start > longestLine.length) longestLine = bytes.toString('utf8', start, end);
  });
  if (pairs === 0) {
    const message =
      'expected "user item item …" separated by spaces, got one column in every line ' +
      `(such as ${JSON.stringify(longestLine.slice(0, 60))}); if this is CSV, set data.format=csv`;
    throw new DataError('DATA_ONE_COLUMN', message, { location: { file: file.path, line: 1 } });
  }
};

/** Fewest tokens of a line for which lists and rows of columns differ. */
const LEAST_WIDTH = 3;

/**
 * What tells lists from the rows of a table: lists have different lengths, or each user one line. A file whose first lines
 * could be either was taken for lists, and a later line may show that it is not.
 */
class ListShape {
  private width: number | undefined;
  private isTold = false;
  /** Line of each user. */
  private readonly lines = new Map<number, number>();

  constructor(private readonly file: string) {}

  /** @throws DataError `DATA_UNCLEAR_FORMAT` at the first line that a table would have and lists would not */
  add(user: number, width: number, line: number): void {
    if (this.isTold) return;
    this.width ??= width;
    if (width !== this.width || width < LEAST_WIDTH) {
      this.isTold = true;
      this.lines.clear();
      return;
    }
    const earlier = this.lines.get(user);
    if (earlier !== undefined) {
      const message =
        `is this a table? All ${line} lines have ${width} values, and this one begins as line ${earlier} does; say --format ` +
        'csv (data.format=csv) if the columns are user, item and others, --format lightgcn if each line is a user and its items';
      throw new DataError('DATA_UNCLEAR_FORMAT', message, { location: { file: this.file, line } });
    }
    this.lines.set(user, line);
  }
}
