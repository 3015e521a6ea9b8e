/**
 * Edge and node dropout over a sampled block. Whether an edge (a node) stays is a function of (key, its number) alone,
 * so both directions of an edge agree, and so do all steps that share the key, while no second graph is ever built.
 *
 * What stays is normalised by the degrees that are left in expectation, (1 − p) of the whole ones: an entry that stays is
 * divided by 1 − p. (Over the whole graph, `normalizedAdjacency` takes the degrees that are left in fact; counting those
 * of every node of a block would cost all edges of the popular ones at every step.)
 */
import { type CounterKey, counterUniform } from '../core/counter-rng.js';
import type { SampledBlock } from './sampled-block.js';

export interface BlockDropout {
  readonly of: 'edges' | 'nodes';
  /** Of leaving, 0 ≤ p < 1. */
  readonly probability: number;
  readonly key: CounterKey;
}

/** Whether edge or node number `index` stays. */
export function stays({ probability, key }: BlockDropout, index: number): boolean {
  return counterUniform(key, index) >= probability;
}

/** Values of every hop under the dropout, 0 where the edge left, each `[numEntries]`. */
export function droppedValues({ nodes, hops }: SampledBlock, dropout: BlockDropout): Float32Array[] {
  const factor = 1 / (1 - dropout.probability);
  const nodeStays =
    dropout.of === 'nodes' ? Uint8Array.from(nodes, (node) => (stays(dropout, node) ? 1 : 0)) : undefined;
  return hops.map(({ numRows, offsets, columns, values, edges }) => {
    const left = new Float32Array(values.length);
    for (let row = 0; row < numRows; row++) {
      if (nodeStays && !nodeStays[row]) continue;
      for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
        const keeps = nodeStays ? nodeStays[columns[entry]] === 1 : stays(dropout, edges[entry]);
        if (keeps) left[entry] = values[entry] * factor;
      }
    }
    return left;
  });
}
