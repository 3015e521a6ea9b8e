/**
 * LightGCN (He et al. 2020, arXiv 2002.02126, eq. 3-4 and 8): layer k+1 = Â · layer k, no weights, no activation; the
 * final embedding is a fixed combination of the layers.
 * With noise (SimGCL, arXiv 2112.08679) each propagated layer is perturbed and the next one builds on it.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { perturb, propagate } from '../ops/index.js';
import { attributesSchema } from './attributes-option.js';
import { encodeBlockOf } from './encode-block.js';
import { encodeMixed, lowRankHop } from './encode-mixed.js';
import { type EncodedRows, type EncoderOutput, encodeRowsOf, oneLayer, type RowRequest } from './encode-rows.js';
import type { EncodedNodes, Encoder, EncoderPass } from './encoder.js';

export const lightgcnSchema = z
  .strictObject({
    name: z.literal('lightgcn'),
    /** Length of every embedding. Too small: tastes share axes; too large: memory, and rare items are memorised. */
    embeddingDim: z.number().int().min(1).max(4096).default(64),
    /** Hops. 0 is the plain table; too many make all embeddings alike (over-smoothing) and cost a pass each. */
    numLayers: z.number().int().min(0).max(4).default(3),
    /**
     * `mean` of all layers; `without-first` leaves the table itself out (SimGCL, XSimGCL); a list gives the weight of
     * each layer, the table first.
     */
    layerCombination: z.union([z.enum(['mean', 'without-first']), z.array(z.number()).min(1)]).default('mean'),
    attributes: attributesSchema,
  })
  .superRefine(({ numLayers, layerCombination }, context) => {
    const path = ['layerCombination'];
    if (Array.isArray(layerCombination) && layerCombination.length !== numLayers + 1) {
      const message = `expected ${numLayers + 1} weights (the table and ${numLayers} layers), got ${layerCombination.length}`;
      context.addIssue({ code: 'custom', path, message });
    }
    if (layerCombination === 'without-first' && numLayers === 0) {
      context.addIssue({ code: 'custom', path, message: '"without-first" needs at least one layer' });
    }
  });
export type LightgcnOptions = z.infer<typeof lightgcnSchema>;

/** Weight of each layer in the final embedding, the table first, `[numLayers + 1]`. */
export function layerWeights({ numLayers, layerCombination }: LightgcnOptions): number[] {
  if (Array.isArray(layerCombination)) return layerCombination;
  const first = layerCombination === 'mean' ? 1 : 0;
  return Array.from({ length: numLayers + 1 }, (_, layer) => (layer === 0 ? first : 1) / (numLayers + first));
}

/** @param ego `[numNodes, embeddingDim]` */
export function createLightgcn(ego: tf.Variable, options: LightgcnOptions): Encoder {
  const weights = layerWeights(options);
  const weightsOf = (output: EncoderOutput, numLayers: number): number[] =>
    output === 'final' ? weights : oneLayer(output, numLayers);
  const table = ego as unknown as tf.Tensor2D;
  const encode = (pass: EncoderPass): EncodedNodes => {
    const layers = layersOf(table, pass, options.numLayers);
    return { final: combine(layers, weights), layers };
  };
  const encodeFused = (requests: readonly RowRequest[]): EncodedRows =>
    encodeRowsOf(
      ego,
      requests,
      ({ adjacency, noise }) => ({ matrix: adjacency, numLayers: options.numLayers, noise }),
      weightsOf,
    );
  return {
    numLayers: options.numLayers,
    variables: { embedding: ego },
    ego,
    encode,
    // columns do not mix, so that each may be taken through all layers on its own
    encodeColumns: (columns, adjacency) => combine(layersOf(columns, { adjacency }, options.numLayers), weights),
    encodeRows: (requests) => encodeMixed(requests, encodeFused, encode),
    encodeBlock: (local, block, requests) =>
      encodeBlockOf(local, block, requests, ({ noise }) => ({ numLayers: options.numLayers, noise }), weightsOf),
  };
}

/** The table and every layer over it. @param table `[numNodes, any number of columns]` */
function layersOf(table: tf.Tensor2D, pass: EncoderPass, numLayers: number): tf.Tensor2D[] {
  const { adjacency, noise, lowRank } = pass;
  const layers = [table];
  let clean = table;
  for (let layer = 0; layer < numLayers; layer++) {
    const matrix = pass.layers?.[layer].adjacency ?? adjacency;
    const hop = lowRank ? lowRankHop(lowRank, clean) : propagate(matrix, layers[layer]);
    if (lowRank && layer + 1 < numLayers) clean = propagate(adjacency, clean);
    layers.push(noise ? perturb(hop, noise.magnitude, noise.keys[layer]) : hop);
  }
  return layers;
}

function combine(layers: readonly tf.Tensor2D[], weights: readonly number[]): tf.Tensor2D {
  const used = layers.filter((_, layer) => weights[layer] !== 0);
  const factors = weights.filter((weight) => weight !== 0);
  const equal = factors.every((factor) => factor === factors[0]);
  if (equal) return tf.mul(tf.addN(used as tf.Tensor2D[]), factors[0]);
  return tf.addN(used.map((layer, i) => tf.mul(layer, factors[i])));
}
