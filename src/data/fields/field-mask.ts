/**
 * What is hidden of the fields of entities at a step: single values, whole fields, or dimensions of the joined field vectors.
 * A field of which nothing stays shows as missing, as the row of an entity does that has nothing in it.
 */
import type { CounterKey } from '../../core/counter-rng.js';
import { type EncodedField, MISSING_VALUE } from './encoded-field.js';

export interface FieldMask {
  /**
   * Whether an entry of a field stays.
   * @param field number of the field
   * @param entity row of the field's matrix
   * @param entry number of the entry within the field's matrix
   */
  keeps(field: number, entity: number, entry: number): boolean;
  /** Dimensions of the joined field vectors that are set to 0; absent: none. */
  readonly dimensions?: { readonly share: number; readonly key: CounterKey };
}

/**
 * Some rows of a field under a mask. What stays of a row is scaled so that its weights add up to what the whole row's do.
 *
 * @param rows entities, any order, repeats allowed; all of them where absent
 * @returns `[rows.length, numValues]`
 */
export function fieldRows(
  field: EncodedField,
  number: number,
  rows: Int32Array | undefined,
  mask: Pick<FieldMask, 'keeps'> | undefined,
): Pick<EncodedField, 'offsets' | 'columns' | 'values'> {
  if (rows === undefined && mask === undefined) return field;
  const numRows = rows?.length ?? field.offsets.length - 1;
  const offsets = new Int32Array(numRows + 1);
  let most = 0;
  for (let row = 0; row < numRows; row++) {
    const entity = rows ? rows[row] : row;
    most += Math.max(1, field.offsets[entity + 1] - field.offsets[entity]);
  }
  const columns = new Int32Array(most);
  const values = new Float32Array(most);
  let at = 0;
  for (let row = 0; row < numRows; row++) {
    const entity = rows ? rows[row] : row;
    const first = at;
    let [whole, kept] = [0, 0];
    for (let entry = field.offsets[entity]; entry < field.offsets[entity + 1]; entry++) {
      const weight = Math.abs(field.values[entry]);
      whole += weight;
      if (mask && !mask.keeps(number, entity, entry)) continue;
      kept += weight;
      columns[at] = field.columns[entry];
      values[at++] = field.values[entry];
    }
    if (at === first) {
      columns[at] = MISSING_VALUE;
      values[at++] = 1;
    } else if (kept > 0 && kept < whole) {
      for (let i = first; i < at; i++) values[i] *= whole / kept;
    }
    offsets[row + 1] = at;
  }
  return { offsets, columns: columns.subarray(0, at), values: values.subarray(0, at) };
}
