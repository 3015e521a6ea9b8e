/**
 * L2 regularisation on the batch's own rows of the trainable table, before any propagation (LightGCN, arXiv
 * 2002.02126, eq. 15, on the batch): ½ Σ ‖row‖² / batchSize.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { weightOption } from './loss-options.js';

export const embeddingL2Schema = z.strictObject({ weight: weightOption(1e-4) });

/** @param groups looked-up rows (users, positives, negatives), each `[count, dim]` */
export function embeddingL2(groups: readonly tf.Tensor2D[], batchSize: number): tf.Scalar {
  const sums = groups.map((rows) => tf.sum(tf.square(rows)) as tf.Scalar);
  return tf.mul(tf.addN(sums), 0.5 / batchSize);
}
