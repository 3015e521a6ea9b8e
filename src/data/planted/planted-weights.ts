/** How much a user of a planted world wants each item at some time: w of `planted-world.ts`. */
import type { PlantedOptions } from './planted-options.js';
import { logPopularityAt } from './planted-popularity.js';
import { tastesAt } from './planted-tastes.js';
import type { PlantedTruth } from './planted-truth.js';

/** log w(u,i) for all items, `[numItems]`. */
export function plantedLogWeights(
  options: PlantedOptions,
  truth: PlantedTruth,
  { userIndex, at }: { readonly userIndex: number; readonly at: number },
): Float64Array {
  const shares = tastesAt(options, truth, { userIndex, at });
  return logPopularityAt(options, truth, at).map(
    (popularity, item) => options.sharpness * shares[truth.itemTaste[item]] + popularity,
  );
}
