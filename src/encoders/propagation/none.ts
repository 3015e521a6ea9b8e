/** Plain embedding table: matrix factorisation. The graph plays no part, so graph views leave it as it is. */

import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { perturb } from '../ops/index.js';
import { embeddingDimSchema } from './embedding-dim.js';
import { encodeBlockOf } from './encode-block.js';
import { encodeRowsOf, type FormOf, oneHop } from './encode-rows.js';
import type { EncodedNodes, Encoder } from './encoder.js';
import type { EncoderPass } from './encoder-pass.js';
import { initializationSchema } from './initialization.js';

export const tableSchema = z.strictObject({
  name: z.literal('table'),
  embeddingDim: embeddingDimSchema,
  initialization: initializationSchema,
});

/** @param variables `embedding` `[numNodes, embeddingDim]` */
export function createTable(variables: Readonly<Record<string, Variable>>): Encoder {
  const ego = variables.embedding;
  const table = ego as unknown as Tensor2D;
  return {
    numLayers: 0,
    numHops: 0,
    variables,
    ego,
    firstNode: 0,
    mixesColumns: false,
    layerWeights: () => [1],
    encode({ noise }: EncoderPass): EncodedNodes {
      const final = noise ? perturb(table, noise.magnitude, noise.keys[0]) : table;
      return { final, table, layer: () => final };
    },
    encodeColumns: (columns) => tf.clone(columns),
    encodeRows: (requests) => encodeRowsOf(table, requests, hopsOf, formOf),
    encodeBlock: (local, block, requests) => encodeBlockOf(local, block, requests, hopsOf, formOf),
  };
}

/** To the ops, the perturbed table is a hop 1 that no message has passed to. */
function hopsOf({ noise }: Pick<EncoderPass, 'noise'>): { numLayers: number; noise: EncoderPass['noise'] } {
  return { numLayers: noise ? 1 : 0, noise };
}

const formOf: FormOf = (output, numHops) => ({ combinations: [oneHop(output === 'table' ? 0 : numHops, numHops)] });
