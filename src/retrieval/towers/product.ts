/**
 * The product of some rows with a layer's weights, in plain loops: eight sums at a time (two rows, four outputs) stay in registers
 * while the inputs go by, so that a number is loaded once for two or four products.
 */
import type { TowerLayer } from './tower-form.js';

/**
 * @param rows `[count, inputs]`
 * @returns `[count, outputs]`; a row's numbers do not depend on the other rows
 */
export function product(
  rows: Float64Array,
  { inputs, outputs, transposed }: Pick<TowerLayer, 'inputs' | 'outputs' | 'transposed'>,
  count: number,
): Float64Array {
  const result = new Float64Array(count * outputs);
  for (let output = 0; output < outputs; output += 4) {
    // behind the last one it comes again, and is written again
    const j1 = Math.min(output + 1, outputs - 1);
    const j2 = Math.min(output + 2, outputs - 1);
    const j3 = Math.min(output + 3, outputs - 1);
    for (let row = 0; row < count; row += 2) {
      const other = Math.min(row + 1, count - 1);
      const p = row * inputs;
      const q = other * inputs;
      let p0 = 0;
      let p1 = 0;
      let p2 = 0;
      let p3 = 0;
      let q0 = 0;
      let q1 = 0;
      let q2 = 0;
      let q3 = 0;
      for (let i = 0; i < inputs; i++) {
        const x = rows[p + i];
        const y = rows[q + i];
        const w0 = transposed[output * inputs + i];
        const w1 = transposed[j1 * inputs + i];
        const w2 = transposed[j2 * inputs + i];
        const w3 = transposed[j3 * inputs + i];
        p0 += x * w0;
        p1 += x * w1;
        p2 += x * w2;
        p3 += x * w3;
        q0 += y * w0;
        q1 += y * w1;
        q2 += y * w2;
        q3 += y * w3;
      }
      result[row * outputs + output] = p0;
      result[row * outputs + j1] = p1;
      result[row * outputs + j2] = p2;
      result[row * outputs + j3] = p3;
      result[other * outputs + output] = q0;
      result[other * outputs + j1] = q1;
      result[other * outputs + j2] = q2;
      result[other * outputs + j3] = q3;
    }
  }
  return result;
}
