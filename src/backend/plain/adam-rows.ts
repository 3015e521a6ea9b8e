/** Adam at some rows of a table, in plain loops; see `ops/adam.ts` for what becomes of the others. */
import type { AdamUpdate } from '../kernels.js';
import { adamUpdate, assignValues, variableValues } from './adam.js';

export function adamRows({ parameter, gradient, m, v, options }: AdamUpdate, givenRows?: Int32Array): void {
  const dim = gradient.shape[1];
  const changes = gradient.dataSync() as Float32Array;
  const rows = givenRows ?? nonZeroRows(changes, dim);
  const values = variableValues({ parameter, m, v });
  const at = (table: Float32Array, row: number): Float32Array => table.subarray(row * dim, (row + 1) * dim);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    adamUpdate(
      {
        parameter: at(values.parameter, row),
        gradient: at(changes, givenRows ? i : row),
        m: at(values.m, row),
        v: at(values.v, row),
      },
      options,
    );
  }
  assignValues({ parameter, m, v }, values);
}

/** Rows with a number other than 0, ascending. */
export function nonZeroRows(values: Float32Array, dim: number): Int32Array {
  const rows = new Int32Array(values.length / dim);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    for (let at = row * dim; at < (row + 1) * dim; at++) {
      if (values[at] === 0) continue;
      rows[count++] = row;
      break;
    }
  }
  return rows.slice(0, count);
}
