/**
 * Mean self-information of a recommended item, −log2 of its share of the training interactions, in bits (Zhou et al.
 * 2010). An item without training interactions counts as if it had one: the rarest that can be told apart.
 */
import type { Exposure } from './metric.js';

export function novelty({ counts, itemDegrees }: Exposure): number {
  const total = itemDegrees.reduce((sum, degree) => sum + degree, 0);
  let bits = 0;
  let places = 0;
  for (const [item, count] of counts.entries()) {
    if (count === 0) continue;
    bits += count * Math.log2(Math.max(total, 1) / Math.max(itemDegrees[item], 1));
    places += count;
  }
  return places === 0 ? 0 : bits / places;
}
