/** Plain embedding table: matrix factorisation. The graph plays no part, so graph views leave it as it is. */

import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { perturb } from '../ops/index.js';
import { encodeBlockOf } from './encode-block.js';
import { type EncoderOutput, encodeRowsOf, oneLayer } from './encode-rows.js';
import type { EncodedNodes, Encoder, EncoderPass } from './encoder.js';

export const tableSchema = z.strictObject({
  name: z.literal('table'),
  /** Length of every embedding. Too small: tastes share axes; too large: memory, and rare items are memorised. */
  embeddingDim: z.number().int().min(1).max(4096).default(64),
});

export function createTable(ego: Variable): Encoder {
  return {
    numLayers: 0,
    variables: { embedding: ego },
    ego,
    encode({ noise }: EncoderPass): EncodedNodes {
      const table = ego as unknown as Tensor2D;
      const final = noise ? perturb(table, noise.magnitude, noise.keys[0]) : table;
      return { final, layers: [final] };
    },
    encodeColumns: (columns) => tf.clone(columns),
    encodeRows: (requests) => encodeRowsOf(ego, requests, layersOf, weightsOf),
    encodeBlock: (local, block, requests) => encodeBlockOf(local, block, requests, layersOf, weightsOf),
  };
}

/** To the ops, the perturbed table is a layer 1 that no message has passed to. */
function layersOf({ noise }: Pick<EncoderPass, 'noise'>): { numLayers: number; noise: EncoderPass['noise'] } {
  return { numLayers: noise ? 1 : 0, noise };
}

function weightsOf(output: EncoderOutput, numLayers: number): number[] {
  return oneLayer(output === 'final' ? numLayers : output, numLayers);
}
