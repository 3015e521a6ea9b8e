/** Values of the normalised adjacency after edge dropout, in plain loops. */
import { counterUniform } from '../../core/counter-rng.js';
import type { EdgeDrop, SparseRows } from '../kernels.js';

export function dropEdges(pattern: SparseRows, { itemEdges, weight, threshold, key }: EdgeDrop): Float32Array {
  const { numNodes, offsets, columns } = pattern;
  const numEdges = itemEdges.length;
  const values = new Float32Array(columns.length);
  for (let edge = 0; edge < numEdges; edge++) {
    if (counterUniform(key, edge) >= threshold) values[edge] = weight ? weight[edge] : 1;
  }
  const scale = new Float64Array(numNodes);
  for (let node = 0; node < numNodes; node++) {
    let strength = 0;
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      if (at >= numEdges) values[at] = values[itemEdges[at - numEdges]];
      strength += values[at];
    }
    scale[node] = strength > 0 ? 1 / Math.sqrt(strength) : 0;
  }
  for (let node = 0; node < numNodes; node++) {
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      const other = scale[columns[at]];
      values[at] = at < numEdges ? values[at] * scale[node] * other : values[at] * other * scale[node];
    }
  }
  return values;
}
