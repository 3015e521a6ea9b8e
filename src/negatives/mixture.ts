/**
 * log q of an item under a mixture of shared sources: q(i) = Σ_s share_s · q_s(i), share_s = the source's part of the
 * draws. Items that no source of the mixture can draw get the probability of an item seen once in training, so that a
 * correction by log q stays finite.
 */

export interface MixturePart {
  readonly source: { probability(itemIndex: number): number };
  readonly count: number;
}

/**
 * @param parts the corrected sources; none: nothing is corrected
 * @param smallest probability below which q does not fall
 * @returns `[ids.length]`
 */
export function mixtureLogQ(parts: readonly MixturePart[], ids: Int32Array, smallest: number): Float32Array {
  const logQ = new Float32Array(ids.length);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return logQ;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0) continue;
    let probability = 0;
    for (const { source, count } of parts) probability += (count / total) * source.probability(ids[i]);
    logQ[i] = Math.log(Math.max(probability, smallest));
  }
  return logQ;
}
