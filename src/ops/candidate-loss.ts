/**
 * Any loss that looks at one query's similarities to shared candidates at a time, fused with its gradient:
 *
 *   loss = Σ_i row_i(⟨queries_i, keys_0⟩, ⟨queries_i, keys_1⟩, …)
 *
 * `row` returns its value and leaves d row_i / d similarity in place of the similarities. Queries go in blocks, so at
 * most BLOCK_ENTRIES similarities exist at a time, and none are kept for the backward pass. For what the fused softmax
 * can't express (hinges, pairwise logistic losses).
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { assertShape } from '../core/errors.js';

/** Similarities held at a time: 16 MB of float32. */
const BLOCK_ENTRIES = 1 << 22;

/**
 * @param similarities of this query to every key, `[numKeys]`; on return, the derivative by each
 * @returns the query's share of the loss
 */
export type PairRow = (similarities: Float32Array, query: number) => number;

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @returns scalar
 */
export function candidateLoss(queries: tf.Tensor2D, keys: tf.Tensor2D, row: PairRow): tf.Scalar {
  assertShape('candidateLoss: keys', keys.shape, [null, queries.shape[1]]);
  const fused = tf.customGrad((left, right, save) => {
    const { loss, queryGradient, keyGradient } = computed(left as tf.Tensor2D, right as tf.Tensor2D, row);
    (save as tf.GradSaveFunc)([queryGradient, keyGradient]);
    return { value: tf.scalar(loss), gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)) };
  });
  return fused(queries, keys) as tf.Scalar;
}

function computed(queries: tf.Tensor2D, keys: tf.Tensor2D, row: PairRow) {
  const [numQueries, dim] = queries.shape;
  const numKeys = keys.shape[0];
  const rowsPerBlock = Math.max(1, Math.min(numQueries, Math.floor(BLOCK_ENTRIES / numKeys)));
  let loss = 0;
  const [queryGradient, keyGradient] = tf.tidy(() => {
    // no product with a transpose flag: see similarity.ts
    const keysTransposed = tf.transpose(keys);
    const blocks: tf.Tensor2D[] = [];
    const parts: tf.Tensor2D[] = [];
    for (let start = 0; start < numQueries; start += rowsPerBlock) {
      const size = Math.min(rowsPerBlock, numQueries - start);
      const [block, part] = tf.tidy(() => {
        const some = queries.slice([start, 0], [size, dim]);
        const values = Float32Array.from(currentKernels().borrow(tf.matMul(some, keysTransposed)));
        for (let r = 0; r < size; r++) loss += row(values.subarray(r * numKeys, (r + 1) * numKeys), start + r);
        const derivatives = tf.tensor2d(values, [size, numKeys]);
        return [tf.matMul(derivatives, keys), tf.matMul(tf.transpose(some), derivatives)];
      });
      blocks.push(block as tf.Tensor2D);
      parts.push(part as tf.Tensor2D);
    }
    const queryGradient: tf.Tensor2D = blocks.length === 1 ? blocks[0] : tf.concat(blocks, 0);
    return [queryGradient, tf.transpose(parts.length === 1 ? parts[0] : tf.addN(parts)) as tf.Tensor2D];
  });
  return { loss, queryGradient, keyGradient };
}
