/**
 * The hardest negatives of the batch (online mining; Huang et al. 2020, arXiv 2006.11632, section 6.1): of the B × B scores
 * off the diagonal, the highest `perQuery` of each row. Items equal to the row's positive are never taken, and with
 * `negatives.falseNegatives: remove` neither are items that the user has in train.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { selectTopK } from '../core/select-top-k.js';
import { maskedCandidates } from './false-negatives.js';
import type { MinedSource, PositiveBatch, SourceContext } from './negative-source.js';
import { hardShape } from './source-options.js';

export const hardestInBatchSchema = z.strictObject({ name: z.literal('hardest-in-batch'), ...hardShape });

/** @param removeKnown whether items that the user has in train are passed over */
export function hardestInBatch({ graph }: SourceContext, removeKnown: boolean): MinedSource {
  return {
    kind: 'mined',
    mine(users: tf.Tensor2D, items: tf.Tensor2D, batch: PositiveBatch, perQuery: number): Int32Array {
      const size = batch.itemIndex.length;
      // in the middle of a step, so at once: what a device can only do asynchronously is refused
      const products = tf.tidy(() => tf.matMul(users, tf.transpose(items)));
      const scores = products.dataSync<'float32'>();
      products.dispose();
      const options = { accidentalHits: true, falseNegatives: removeKnown };
      const { offsets, values } = maskedCandidates(graph, batch, batch.itemIndex, options, false);
      const mined = new Int32Array(size * perQuery);
      for (let row = 0; row < size; row++) {
        const own = values.subarray(offsets[row], offsets[row + 1]);
        const { ids } = selectTopK(scores.subarray(row * size, (row + 1) * size), perQuery, own);
        mined.set(
          ids.map((column) => (column < 0 ? column : batch.itemIndex[column])),
          row * perQuery,
        );
      }
      return mined;
    },
  };
}
