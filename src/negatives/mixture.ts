/**
 * What a mixture of shared sources draws: count_s columns of source s, each item i with probability q_s(i).
 *
 * - log q(i) = log Σ_s share_s · q_s(i), share_s = the source's part of the draws. Items that no source of the mixture can
 *   draw get the probability of an item seen once in training, so that a correction by log q stays finite.
 * - carried(i) = Σ_s count_s · q_s(i) / the same over the live sources: how many columns of item i there are for one that
 *   passes a gradient on.
 */

export interface MixturePart {
  readonly source: { probability(itemIndex: number): number };
  readonly count: number;
}

/**
 * @param parts the corrected sources; none: nothing is corrected
 * @param unseen probability of an item that no part can draw
 * @returns `[ids.length]`
 */
export function mixtureLogQ(parts: readonly MixturePart[], ids: Int32Array, unseen: number): Float32Array {
  const logQ = new Float32Array(ids.length);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return logQ;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0) continue;
    let probability = 0;
    for (const { source, count } of parts) probability += (count / total) * source.probability(ids[i]);
    logQ[i] = Math.log(probability > 0 ? probability : unseen);
  }
  return logQ;
}

/**
 * By what the gradient of a live column counts, so that live columns move an item as all of its columns would, the stored
 * ones included.
 *
 * @param live the corrected sources whose columns pass a gradient on
 * @param stored those whose columns don't
 * @param ids items of live columns
 * @returns `[ids.length]`; 1 for an item that the live sources never draw
 */
export function carriedScale(
  live: readonly MixturePart[],
  stored: readonly MixturePart[],
  ids: Int32Array,
): Float32Array {
  const expected = (parts: readonly MixturePart[], item: number): number =>
    parts.reduce((sum, { source, count }) => sum + count * source.probability(item), 0);
  return Float32Array.from(ids, (item) => {
    const moving = expected(live, item);
    return moving > 0 ? 1 + expected(stored, item) / moving : 1;
  });
}
