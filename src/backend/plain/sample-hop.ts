/** One hop of neighbour sampling in plain loops (estimator: `ops/sampled-block.ts`). */
import { counterUniform } from '../../core/counter-rng.js';
import type { HopDraw, SampledHop } from '../kernels.js';
import { transposePattern } from './transpose-pattern.js';

export function sampleHop({ matrix, itemEdges, fanOut, key, nodeAt, placeOf, numRows }: HopDraw): SampledHop {
  const offsets = new Int32Array(numRows + 1);
  for (let row = 0; row < numRows; row++) {
    const node = nodeAt[row];
    offsets[row + 1] = offsets[row] + Math.min(fanOut, matrix.offsets[node + 1] - matrix.offsets[node]);
  }
  const columns = new Int32Array(offsets[numRows]);
  const values = new Float32Array(columns.length);
  const edges = new Int32Array(columns.length);
  const numEdges = itemEdges.length;
  let numColumns = numRows;
  for (let row = 0; row < numRows; row++) {
    const node = nodeAt[row];
    const start = matrix.offsets[node];
    const degree = matrix.offsets[node + 1] - start;
    const draws = offsets[row + 1] - offsets[row];
    const share = degree / draws;
    for (let i = 0; i < draws; i++) {
      const place = share > 1 ? Math.floor((i + counterUniform(key, node * fanOut + i)) * share) : i;
      const slot = start + Math.min(place, degree - 1);
      const neighbor = matrix.columns[slot];
      if (placeOf[neighbor] < 0) {
        placeOf[neighbor] = numColumns;
        nodeAt[numColumns++] = neighbor;
      }
      const entry = offsets[row] + i;
      columns[entry] = placeOf[neighbor];
      edges[entry] = slot < numEdges ? slot : itemEdges[slot - numEdges];
      values[entry] = matrix.values[slot] * share;
    }
  }
  const transposed = transposePattern({ offsets, columns }, numColumns);
  return { numRows, numColumns, offsets, columns, values, edges, transposed };
}
