/**
 * An exponential moving average of the weights over epochs, debiased (as Adam's moments are): after epoch t, with w_i the weights at
 * the end of epoch i and d the decay, (1 − d) Σ_i d^(t − i) w_i / (1 − d^t). Averages of weights along a training are flatter minima
 * than its last point (Polyak and Juditsky 1992; Izmailov et al. 2018, arXiv 1803.05407). Deviation: one term an epoch and not one a
 * step, which costs nothing and, at the lengths of these trainings, spans as far.
 */
import type { StateArray } from '../runs/state-file.js';

export type WeightArrays = Readonly<Record<string, StateArray>>;

/**
 * @param before the average after the epoch before; absent after the first
 * @param weights of the same names and shapes, at the end of `epoch`
 * @param epoch from 1
 * @param decay d, in (0, 1)
 */
export function averagedWeights(
  before: WeightArrays | undefined,
  weights: WeightArrays,
  { epoch, decay }: { readonly epoch: number; readonly decay: number },
): WeightArrays {
  if (before === undefined) return weights;
  const share = (1 - decay) / (1 - decay ** epoch);
  const averages: Record<string, StateArray> = {};
  for (const [name, { shape, values }] of Object.entries(weights)) {
    const old = before[name].values;
    averages[name] = { shape, values: values.map((value, k) => old[k] + share * (value - old[k])) };
  }
  return averages;
}

const PREFIX = 'average/';

/** Under the names of a checkpoint, which holds the weights themselves beside them. */
export function storedAverages(averages: WeightArrays): WeightArrays {
  return Object.fromEntries(Object.entries(averages).map(([name, array]) => [`${PREFIX}${name}`, array]));
}

/** @returns undefined where a checkpoint has none: it is of the first epoch, or of a training without averages */
export function averagesOf(arrays: WeightArrays): WeightArrays | undefined {
  const stored = Object.entries(arrays).filter(([name]) => name.startsWith(PREFIX));
  if (stored.length === 0) return undefined;
  return Object.fromEntries(stored.map(([name, array]) => [name.slice(PREFIX.length), array]));
}
