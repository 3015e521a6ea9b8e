/**
 * A column of texts → typed column: of the kind that was told or that its content shows, with what its encoding was asked to
 * be beside it.
 */
import type { FeatureColumn } from '../feature-table.js';
import { columnOfCells } from '../fields/feature-cells.js';
import { defaultOptions, type FieldKind, type FieldOptions } from '../fields/field-options.js';
import { DEFAULT_SEPARATOR } from '../fields/multi-valued-field.js';
import { inferKind } from './column-kind.js';
import { type ColumnChoice, type FeatureContext, kindOfChoice } from './feature-context.js';
import type { RawColumn } from './raw-features.js';

interface ColumnPlace {
  /** Of the file. */
  readonly path: string;
  readonly name: string;
  /** Line of each entity's row, `[numEntities]`. */
  readonly lines: readonly number[];
}

/**
 * @param choice what the configuration says of the column
 * @returns undefined for a column that is not read
 */
export function typedColumn(
  raw: RawColumn,
  choice: ColumnChoice | undefined,
  { separator: usual, numRows }: { readonly separator: string; readonly numRows: number },
  place: ColumnPlace,
  { badRows, notes }: Pick<FeatureContext, 'badRows' | 'notes'>,
): FeatureColumn | undefined {
  const { name } = raw;
  const kind = choice === undefined ? inferKind(raw, usual) : kindOfChoice(choice);
  if (kind === 'ignore') return undefined;
  if (kind === undefined) {
    notes.push(`${place.name}: "${name}" is not read, since its lists of numbers differ in length`);
    return undefined;
  }
  const options = optionsOf(kind, choice, usual);
  const bad: string[] = [];
  const form = { name, ...(options ?? { kind }) };
  const column = raw.vectors
    ? raw.vectors.finish(numRows)
    : columnOfCells(
        { separator: usual, ...form },
        Array.from({ length: numRows }, (_, row) => raw.texts[row]),
        (_, text) => bad.push(text),
        (row, problem) =>
          badRows.reject({ file: place.path, line: place.lines[row] }, `${problem} in column "${name}"`),
      );
  if (raw.vectors?.isEmpty) notes.push(`${place.name}: there is no vector in "${name}"`);
  if (bad.length > 0) {
    const what = kind === 'time' ? 'no instants' : 'no numbers';
    const example = JSON.stringify(bad[0]);
    notes.push(`${place.name}: ${bad.length} cells of "${name}" are ${what} (such as ${example}) and count as missing`);
  }
  return options === undefined ? column : ({ ...column, options } as FeatureColumn);
}

/** What later cells have to know as well; undefined where it is what would be taken anyway. */
function optionsOf(kind: FieldKind, choice: ColumnChoice | undefined, separator: string): FieldOptions | undefined {
  const told = typeof choice === 'object' ? choice : undefined;
  if (kind === 'multi-valued' && separator !== DEFAULT_SEPARATOR) {
    return { separator, ...(told ?? defaultOptions(kind)) } as FieldOptions;
  }
  if (told?.kind !== 'vector') return told;
  // where vectors lie is of no matter once they are read
  return { kind: 'vector', unitLength: told.unitLength };
}
