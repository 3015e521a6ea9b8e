/**
 * Whether the first row of a file is a header in words that nobody knows: its cells are unlike all others of their columns.
 */
import { trimBlanks } from '../blanks.js';
import { secondsOfIsoDate } from '../timestamp-parser.js';

type Trait = (cell: string) => boolean;

/** Told by values of one kind: a name has none of these where all other cells have. */
const OF_VALUES: readonly Trait[] = [
  (cell) => Number.isFinite(Number(cell)),
  (cell) => !Number.isNaN(secondsOfIsoDate(cell)),
  (cell) => /\d/.test(cell),
];
/** Told by letters: less sure, as names of people come in many forms. */
const OF_LETTERS: readonly Trait[] = [
  (cell) => /^[\x20-\x7e]*$/.test(cell),
  (cell) => cell === cell.toLowerCase(),
  (cell) => cell === cell.toUpperCase(),
];

/**
 * True where no cell of the first row is like the values below it, and some cell, or each by its letters, is unlike all of
 * them. False for a row alone.
 *
 * @param rows cells of the first lines; those of other widths than the first are passed over
 */
export function isUnlikeTheOthers(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows.filter((row) => row.length === rows[0].length).map((row) => row.map(trimBlanks));
  if (others.length === 0 || first.some((cell) => cell === '')) return false;
  let byValues = 0;
  let byLetters = 0;
  for (const [column, cell] of first.entries()) {
    const below = others.map((row) => row[column]).filter((other) => other !== '');
    const shared = (traits: readonly Trait[]) => traits.filter((trait) => below.length > 0 && below.every(trait));
    const ofValues = shared(OF_VALUES);
    if (ofValues.length > 0 && ofValues.every((trait) => trait(cell))) return false;
    if (ofValues.length > 0) byValues++;
    if (below.length > 0 && shared(OF_LETTERS).some((trait) => !trait(cell))) byLetters++;
  }
  return byValues > 0 || byLetters === first.length;
}
