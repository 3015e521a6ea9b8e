/**
 * What a layer keeps of earlier ones, with `heard` what messages bring:
 *
 *   none      layer k+1 = heard
 *   previous  layer k+1 = heard + layer k: the self-connection of LR-GCCF (Chen et al. 2020, arXiv 2001.10167)
 *   first     layer k+1 = (1 − share) · heard + share · layer 0: APPNP (Gasteiger et al. 2019, arXiv 1810.05997)
 *   refined   layer k+1 = cos(heard, layer 0) · heard, a row at a time: LayerGCN (Zhou et al. 2022, arXiv 2207.11088)
 *
 * The first three are linear: with heard = Â · layer k a layer is a polynomial in Â, a combination of the hops Â^j · table.
 * Deviations: LR-GCCF counts the self-connection in the degrees, has a matrix a layer, and lays layers side by side where we add
 * them up; LayerGCN also prunes edges by degree (take a view for that).
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { l2Normalize } from '../../ops/index.js';
import { oneHop } from './encode-rows.js';

const firstSchema = z.strictObject({
  name: z.literal('first'),
  share: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('share of layer 0. Too small: as none; too large: layers hardly differ from layer 0'),
});

export const linearResidualSchema = z
  .union([z.enum(['none', 'previous']), firstSchema])
  .default('none')
  .describe(
    'what a layer keeps of earlier ones: nothing; the previous layer (LR-GCCF’s self-connection); { name: first, share }: share ' +
      '(0.1) of layer 0 and 1 − share of what it hears (APPNP)',
  );
export const residualSchema = z
  .union([z.enum(['none', 'previous', 'refined']), firstSchema])
  .default('none')
  .describe(
    'what a layer keeps of earlier ones: nothing; the previous layer (LR-GCCF’s self-connection); { name: first, share }: share ' +
      '(0.1) of layer 0 and 1 − share of what it hears (APPNP); refined: what it hears, by its cosine with layer 0 (LayerGCN), ' +
      'which leaves the fused path: every layer runs over all nodes',
  );
type LinearResidual = z.infer<typeof linearResidualSchema>;
export type Residual = z.infer<typeof residualSchema>;

/** Layers of a linear propagation as weights of its hops, layer 0 being hop 0, `[numLayers + 1]` of `[numLayers + 1]`. */
export function layersOverHops(residual: LinearResidual, numLayers: number): number[][] {
  const layers = [oneHop(0, numLayers)];
  for (let k = 0; k < numLayers; k++) {
    const heard = layers[k].map((_, hop) => (hop === 0 ? 0 : layers[k][hop - 1]));
    layers.push(
      heard.map((weight, hop) => {
        if (residual === 'none') return weight;
        if (residual === 'previous') return weight + layers[k][hop];
        return (1 - residual.share) * weight + residual.share * layers[0][hop];
      }),
    );
  }
  return layers;
}

/**
 * The same over rows that hear their neighbours, layer 0 = Z + Â Z: layer k is a polynomial of Â times that, so every weight
 * counts for its hop and for the next one, `[numLayers + 1]` of `[numLayers + 2]`.
 */
export function afterHop(layers: readonly (readonly number[])[]): number[][] {
  return layers.map((layer) => [...layer, 0].map((weight, hop) => weight + (layer[hop - 1] ?? 0)));
}

/** A layer from what it hears, the one before and the first one, all `[numRows, dim]`. */
export function connect(
  residual: Residual,
  heard: tf.Tensor2D,
  previous: tf.Tensor2D,
  first: tf.Tensor2D,
): tf.Tensor2D {
  if (residual === 'none') return heard;
  if (residual === 'previous') return tf.add(heard, previous);
  if (residual === 'refined') {
    return tf.mul(heard, tf.sum(tf.mul(l2Normalize(heard), l2Normalize(first)), 1, true));
  }
  return tf.add(tf.mul(heard, 1 - residual.share), tf.mul(first, residual.share));
}

/**
 * Weight of what a user hears from each layer (`[numLayers]`, from layer 0 on) and of its own layer 0, in the final embedding:
 * with a linear residual a user's layers are sums of those.
 * @param weights of the layers, `[numLayers + 1]`
 */
export function heardWeights(
  residual: LinearResidual,
  weights: readonly number[],
): { readonly own: number; readonly heard: number[] } {
  const [first, ...later] = weights;
  const total = later.reduce((sum, weight) => sum + weight, 0);
  if (residual === 'none') return { own: first, heard: later };
  if (residual === 'previous') {
    return { own: first + total, heard: later.map((_, k) => later.slice(k).reduce((sum, weight) => sum + weight, 0)) };
  }
  const { share } = residual;
  return { own: first + share * total, heard: later.map((weight) => (1 - share) * weight) };
}
