/**
 * How the layers of an encoder add up to the final embedding (LightGCN, He et al. 2020, arXiv 2002.02126, eq. 4): fixed
 * weights, or softmax-normalised ones that are learned. Of learned weights Zhou et al. 2022 (LayerGCN, arXiv 2207.11088)
 * found that they end on the table; the report shows where they stand.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

export const layerCombinationSchema = z
  .union([z.enum(['mean', 'without-first', 'last', 'learned']), z.array(z.number()).min(1)])
  .default('mean')
  .describe(
    'mean of all layers; without-first leaves the first out (SimGCL, XSimGCL, EGCF), which regularises small data; last: the last alone; learned: a softmax ' +
      'over one variable a layer, equal at first, told in the report; a list gives the weight of each layer, the first before all hops',
  );
export type LayerCombination = z.infer<typeof layerCombinationSchema>;

/** What is wrong with a combination for so many layers; undefined where nothing is. */
export function layerCombinationProblem(combination: LayerCombination, numLayers: number): string | undefined {
  if (Array.isArray(combination)) {
    if (combination.length !== numLayers + 1) {
      return `expected ${numLayers + 1} weights (layer 0 and ${numLayers} more), got ${combination.length}`;
    }
    if (combination.every((weight) => weight === 0)) return 'every weight is 0: all embeddings would be 0';
    return undefined;
  }
  return combination === 'without-first' && numLayers === 0 ? '"without-first" needs at least one layer' : undefined;
}

/** Weight of each layer, the first one first, `[numLayers + 1]`; of `learned` before the first step. */
export function layerWeights(combination: LayerCombination, numLayers: number): number[] {
  if (Array.isArray(combination)) return combination;
  if (combination === 'last') return Array.from({ length: numLayers + 1 }, (_, layer) => (layer === numLayers ? 1 : 0));
  const first = combination === 'without-first' ? 0 : 1;
  return Array.from({ length: numLayers + 1 }, (_, layer) => (layer === 0 ? first : 1) / (numLayers + first));
}

/** Fresh variables of a combination: `layerWeights`, the logits of learned weights, `[1, numLayers + 1]`; none of fixed ones. */
export function createLayerVariables(combination: LayerCombination, numLayers: number): Record<string, tf.Variable> {
  if (combination !== 'learned') return {};
  return { layerWeights: tf.tidy(() => tf.variable(tf.zeros([1, numLayers + 1]))) };
}

/** How the layers of one encoder add up: by fixed weights `[numLayers + 1]`, or by the softmax of logits `[1, numLayers + 1]`. */
export type LayerMix =
  | { readonly weights: readonly number[]; readonly logits?: undefined }
  | { readonly logits: tf.Variable; readonly weights?: undefined };

/** @param variables `layerWeights` where they are learned; others are ignored */
export function layerMix(
  combination: LayerCombination,
  numLayers: number,
  { layerWeights: logits }: Readonly<Record<string, tf.Variable>>,
): LayerMix {
  return combination === 'learned' ? { logits } : { weights: layerWeights(combination, numLayers) };
}

/** What of a mix is trained, by the names that checkpoints have. */
export function mixVariables({ logits }: LayerMix): Record<string, tf.Variable> {
  return logits ? { layerWeights: logits } : {};
}

/** The weights of a mix as they are now, `[numLayers + 1]`. On a device logits have to have been fetched before. */
export function currentWeights({ weights, logits }: LayerMix): number[] {
  return weights ? [...weights] : weightsOfLogits(logits);
}

/** The final embedding, differentiable in the layers and the logits. @param layers all of one shape */
export function addLayers({ weights, logits }: LayerMix, layers: readonly tf.Tensor2D[]): tf.Tensor2D {
  return weights ? combineLayers(layers, weights) : mixLayers(logits as unknown as tf.Tensor2D, layers);
}

/** Σ softmax(logits)_k · layers[k], differentiable in both. @param layers all of one shape */
export function mixLayers(logits: tf.Tensor2D, layers: readonly tf.Tensor2D[]): tf.Tensor2D {
  const weights = tf.split<tf.Tensor2D>(tf.softmax(logits), layers.length, 1);
  return tf.addN(layers.map((layer, k) => tf.mul(layer, weights[k]) as tf.Tensor2D));
}

function weightsOfLogits(logits: tf.Variable): number[] {
  const values = [...logits.dataSync()];
  const top = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return values.map((value) => Math.exp(value - top) / total);
}

/** Σ weights[k] · layers[k], of all of one shape. */
export function combineLayers(layers: readonly tf.Tensor2D[], weights: readonly number[]): tf.Tensor2D {
  const used = layers.filter((_, k) => weights[k] !== 0);
  const factors = weights.filter((weight) => weight !== 0);
  if (used.length === 0) return tf.zerosLike(layers[0]);
  const equal = factors.every((factor) => factor === factors[0]);
  if (equal)
    return factors[0] === 1 && used.length === 1 ? used[0] : tf.mul(tf.addN(used as tf.Tensor2D[]), factors[0]);
  return tf.addN(used.map((layer, i) => tf.mul(layer, factors[i])));
}
