/**
 * L2 regularisation on the batch's own rows of the trainable table, before any propagation (LightGCN, arXiv
 * 2002.02126, eq. 15, on the batch): ½ Σ ‖row‖² / batchSize. Or on their rows of every layer, layer 0 included (the code of
 * SL and BSL, arXiv 2312.12882).
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { weightOption } from './loss-options.js';
import { regularisationLoss } from './loss-row.js';

export const embeddingL2Schema = z.strictObject({
  weight: weightOption(1e-4),
  of: z
    .enum(['table', 'layers'])
    .default('table')
    .describe(
      'which rows are held back: those of the table, or those of every layer of the main pass, layer 0 included. layers: what many neighbours agree on is held back more than once',
    ),
  attributes: z
    .boolean()
    .default(false)
    .describe(
      'whether the rows of attribute nodes (encoder.attributes) that the batch has edges to count too, as often as it has. false: nothing holds those rows back, which few values with many edges hardly need. true: values of many nodes shrink most',
    ),
});

/** @param groups looked-up rows (users, positives, negatives, attribute nodes), each `[count, dim]`; some may be empty */
export function embeddingL2(groups: readonly tf.Tensor2D[], batchSize: number): tf.Scalar {
  // tfjs's WebGPU backend can't sum nothing
  const counted = groups.filter(({ size }) => size > 0);
  return counted.length > 0 ? tf.mul(tf.addN(counted.map(squaredNorm)), 0.5 / batchSize) : tf.scalar(0);
}

/** Σ x²; the gradient is 2 x dy, where tfjs's own would first make a tensor of ones for the sum. */
function squaredNorm(rows: tf.Tensor2D): tf.Scalar {
  const op = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.sum(tf.square(x as tf.Tensor)),
      gradFunc: (dy, saved) => tf.mul(saved[0], tf.mul(dy, 2)),
    };
  });
  return op(rows) as tf.Scalar;
}

export const embeddingL2Row = regularisationLoss({
  schema: embeddingL2Schema,
  compute: ({ groups, batchSize }) => embeddingL2(groups, batchSize),
  doc: {
    formula: '½ Σ ‖row‖² / batchSize over the batch’s rows of the table, or of every layer',
    when: 'Always a little; more on small data.',
    goesWrong: 'Under cosine it only sets the effective learning rate.',
    source: 'He et al. 2020, arXiv 2002.02126, eq. 15; of every layer: the code of Wu et al. 2023, arXiv 2312.12882',
  },
});
