/** Xavier (Glorot & Bengio 2010) uniform initialisation: U(−a, a), a = sqrt(6 / (fanIn + fanOut)). */
import type { Rng } from '../core/rng.js';

/**
 * Users and items are separate tables with fans (numRows, dim) each, as in LightGCN's reference settings.
 * @returns row-major `[numRows, dim]`
 */
export function xavierUniform(numRows: number, dim: number, rng: Rng): Float32Array {
  const bound = Math.sqrt(6 / (numRows + dim));
  const table = new Float32Array(numRows * dim);
  for (let i = 0; i < table.length; i++) table[i] = (2 * rng.uniform() - 1) * bound;
  return table;
}
