/**
 * The other positives of the batch. They cost nothing extra to embed, but item i appears with probability
 * degree(i) / numEdges, so popular items are pushed down unless logQ corrects for it (Yi et al. 2019, RecSys).
 */
import type { NegativeSource } from './negative-source.js';

/** @param itemDegrees training degree of every item, `[numItems]` */
export function inBatch(itemDegrees: Int32Array): NegativeSource {
  const numEdges = itemDegrees.reduce((sum, degree) => sum + degree, 0);
  return {
    name: 'in-batch',
    count: (batchSize) => batchSize,
    draw: (batch) => batch.itemIndex,
    probability: (item) => itemDegrees[item] / numEdges,
  };
}
