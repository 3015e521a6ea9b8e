/**
 * LightGCN text (He et al. 2020): one user a line, `user item item …`, separated by spaces (tabs are taken too). A user
 * may come on several lines, and may have no items.
 */
import { DataError } from '../../core/errors.js';
import { EVENT_CODES } from '../interaction-set.js';
import { forEachLine } from './byte-lines.js';
import type { InteractionReader } from './read-context.js';

const SPACE = 32;
const TAB = 9;
const NO_COLUMNS = Object.freeze({ timestamp: false, weight: false });

export const readLightgcn: InteractionReader = async (file, part, { collector, reporter }) => {
  collector.beginPart(part, NO_COLUMNS, file.path);
  const { users, items } = collector;
  let pairs = 0;
  let longestLine = '';
  await forEachLine(file.chunks(reporter), (bytes, start, end) => {
    let user = -1;
    for (let at = start; at < end; ) {
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      const tokenStart = at;
      while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
      if (at === tokenStart) break;
      if (user < 0) {
        user = users.ofBytes(bytes, tokenStart, at);
        continue;
      }
      collector.add(user, items.ofBytes(bytes, tokenStart, at), Number.NaN, Number.NaN, EVENT_CODES.positive);
      pairs++;
    }
    if (pairs === 0 && end - start > longestLine.length) longestLine = bytes.toString('utf8', start, end);
  });
  if (pairs === 0) {
    const message =
      'expected "user item item …" separated by spaces, got one column in every line ' +
      `(such as ${JSON.stringify(longestLine.slice(0, 60))}); if this is CSV, set data.format=csv`;
    throw new DataError('DATA_ONE_COLUMN', message, { location: { file: file.path, line: 1 } });
  }
};
