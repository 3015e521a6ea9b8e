/** Weight of each (positive, negative) pair in a pairwise loss: the positive's share out over its slots. */
import type { MainLossInput } from './main-loss-input.js';

/**
 * @returns weight_i · slotWeight_is / perQuery, `[batchSize · perQuery]`; undefined where all pairs count alike, so that
 * the loss is their mean
 */
export function pairWeights({ users, own, weight }: MainLossInput): Float32Array | undefined {
  if (!own || (!weight && own.logWeight.every((value) => value === 0))) return undefined;
  const batchSize = users.shape[0];
  return own.logWeight.map((value, slot) => {
    const share = weight ? weight[Math.floor(slot / own.perQuery)] : 1 / batchSize;
    return (share * Math.exp(value)) / own.perQuery;
  });
}
