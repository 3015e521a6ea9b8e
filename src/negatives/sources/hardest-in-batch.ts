/**
 * The hardest negatives of the batch (online mining; Huang et al. 2020, arXiv 2006.11632, section 6.1): of the B × B scores
 * off the diagonal, the highest `perQuery` of each row, equal ones by their place in the batch. Items equal to the row's
 * positive are never taken, and with `negatives.falseNegatives: remove` neither are items that the user has in train.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Ragged } from '../../core/ragged.js';
import { selectTopK } from '../../core/select-top-k.js';
import { ExactTopK } from '../../retrieval/index.js';
import { maskedCandidates } from '../false-negatives.js';
import { type MinedSource, NO_ITEM, type PositiveBatch, type SourceContext } from '../negative-source.js';
import { hardShape } from '../source-options.js';

export const hardestInBatchSchema = z.strictObject({ name: z.literal('hardest-in-batch'), ...hardShape });

/** @param removeKnown whether items that the user has in train are passed over */
export function hardestInBatch({ graph }: SourceContext, removeKnown: boolean): MinedSource {
  /** Columns that a row may not take, `[batchSize]` rows. */
  const passedOver = (batch: PositiveBatch): Ragged => {
    const options = { accidentalHits: true, falseNegatives: removeKnown };
    return maskedCandidates(graph, batch, batch.itemIndex, options, false);
  };
  return {
    kind: 'mined',

    mine(users, items, batch, perQuery) {
      const size = batch.itemIndex.length;
      const products = tf.tidy(() => tf.matMul(users, tf.transpose(items)));
      const scores = products.dataSync<'float32'>();
      products.dispose();
      const { offsets, values } = passedOver(batch);
      const columns = new Int32Array(size * perQuery).fill(NO_ITEM);
      for (let row = 0; row < size; row++) {
        const own = values.subarray(offsets[row], offsets[row + 1]);
        const { ids } = selectTopK(scores.subarray(row * size, (row + 1) * size), perQuery, own);
        columns.set(ids, row * perQuery);
      }
      return itemsAt(columns, batch);
    },

    /** Scored and chosen on the device: only rows go there and only columns come back, whatever the batch's size. */
    async mineAhead(users, items, batch, perQuery) {
      const queries = await users.data<'float32'>();
      const keys = await items.data<'float32'>();
      const { ids, k } = await new ExactTopK(keys, items.shape[1]).search(queries, perQuery, passedOver(batch));
      const size = batch.itemIndex.length;
      // a batch of fewer columns than are asked for has shorter rows
      const columns = new Int32Array(size * perQuery).fill(NO_ITEM);
      for (let row = 0; row < size; row++) columns.set(ids.subarray(row * k, (row + 1) * k), row * perQuery);
      return itemsAt(columns, batch);
    },
  };
}

/** The positives' items at some rows of the batch; NO_ITEM stays. */
function itemsAt(columns: Int32Array, { itemIndex }: PositiveBatch): Int32Array {
  return columns.map((column) => (column < 0 ? column : itemIndex[column]));
}
