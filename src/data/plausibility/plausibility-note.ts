/** What looks like damage in the rows of a load, in one note: how often, where first, and what to do. */
import type { FileLocation } from '../../core/errors.js';
import { type OddRows, shortPlace } from './odd-rows.js';
import type { SuspectIds } from './suspect-ids.js';

/** Ids that are named of each kind. */
const SHOWN = 3;
const SHOWN_LETTERS = 30;

/**
 * One note, or none.
 *
 * @param numRows rows that were read
 */
export function plausibilityNotes(
  { users, items, rows }: { readonly users: SuspectIds; readonly items: SuspectIds; readonly rows: OddRows },
  numRows: number,
): string[] {
  const sides = [
    ['user', users],
    ['item', items],
  ] as const;
  const parts = [...rows.sentences(numRows)];
  const missing = sides.flatMap(([side, ids]) => told(side, ids, 'missing', numRows));
  if (missing.length > 0) {
    parts.push(`${missing.join(', ')}: a missing value? Then leave such rows out of the file`);
  }
  const broken = sides.flatMap(([side, ids]) => told(side, ids, 'control', numRows));
  if (broken.length > 0) {
    parts.push(
      `${broken.join(', ')}: damage? Mend these rows; if quotes are letters in this file, set data.quote=false`,
    );
  }
  return parts.length === 0 ? [] : [`does this look right? ${parts.join('; ')}`];
}

function told(side: 'user' | 'item', ids: SuspectIds, why: 'missing' | 'control', numRows: number): string[] {
  const found = ids.list().filter((suspect) => suspect.why === why);
  const shown = found.slice(0, SHOWN).map(({ id, rows, first }) => {
    const name = JSON.stringify(id.length > SHOWN_LETTERS ? `${id.slice(0, SHOWN_LETTERS)}…` : id);
    const share = `in ${rows} of ${numRows} rows`;
    return why === 'missing'
      ? `${side} ${name} ${share}${at(first)}`
      : `${side} ${name} (${shape(id, first)}) ${share}`;
  });
  return found.length > SHOWN ? [...shown, `${found.length - SHOWN} more such ${side}s`] : shown;
}

const at = (first: FileLocation | undefined): string => (first ? `, first in ${shortPlace(first)}` : '');

/** What is odd about an id with control characters. */
function shape(id: string, first: FileLocation | undefined): string {
  const lines = id.split(/\r\n|[\n\r\u2028\u2029]/).length;
  const where = first ? `, in the row that begins at ${shortPlace(first)}` : '';
  return lines > 1 ? `runs over ${lines} lines${where}` : `holds control characters${where}`;
}
