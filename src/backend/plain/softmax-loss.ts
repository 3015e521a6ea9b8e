/**
 * Softmax cross-entropy over shared keys with its gradient from the same pass. The two dense products run on the
 * current tfjs backend; the row work (maximum, exponentials, normalisation, residual) is one plain loop. Queries go in
 * blocks, so that at most BLOCK_ENTRIES logits exist at a time (all-node negatives have tens of thousands of keys).
 */
import * as tf from '@tensorflow/tfjs';
import type { SoftmaxPlan, SoftmaxResult } from '../kernels.js';

/** Logits held at a time: 16 MB of float32. */
const BLOCK_ENTRIES = 1 << 22;

/**
 * Turns raw inner products into residuals, in place: entry (i, j) becomes
 * weight_i / temperature · (softmax(logits_i)_j − [j is i's positive]), 0 where masked. With `plan.decoupled` the
 * softmax leaves the positive out.
 *
 * @param products row-major `[numRows, numKeys]`, the queries `firstQuery` …
 * @param perQuery receives each query's loss, −log softmax(logits)_positive, `[numQueries]`
 */
function softmaxResiduals(
  products: Float32Array,
  numKeys: number,
  firstQuery: number,
  plan: SoftmaxPlan,
  perQuery: Float32Array,
): void {
  const { positive, temperature, keyBias, masked, maskedBias, queryWeight, decoupled } = plan;
  const inverse = 1 / temperature;
  const numRows = products.length / numKeys;
  for (let r = 0; r < numRows; r++) {
    const query = firstQuery + r;
    const row = products.subarray(r * numKeys, (r + 1) * numKeys);
    if (keyBias) for (let j = 0; j < numKeys; j++) row[j] = row[j] * inverse + keyBias[j];
    else for (let j = 0; j < numKeys; j++) row[j] *= inverse;
    if (masked) {
      for (let at = masked.offsets[query]; at < masked.offsets[query + 1]; at++) {
        row[masked.values[at]] += maskedBias ? maskedBias[at] : -Infinity;
      }
    }
    const positiveLogit = row[positive[query]];
    if (decoupled) row[positive[query]] = -Infinity;
    let maximum = -Infinity;
    for (let j = 0; j < numKeys; j++) if (row[j] > maximum) maximum = row[j];
    if (maximum === -Infinity) {
      // decoupled, and nothing to tell the positive from
      row.fill(0);
      perQuery[query] = 0;
      continue;
    }
    let sum = 0;
    for (let j = 0; j < numKeys; j++) {
      const exponential = Math.exp(row[j] - maximum);
      row[j] = exponential;
      sum += exponential;
    }
    perQuery[query] = maximum + Math.log(sum) - positiveLogit;
    const weight = (queryWeight ? queryWeight[query] : 1 / positive.length) * inverse;
    const scale = weight / sum;
    for (let j = 0; j < numKeys; j++) row[j] *= scale;
    row[positive[query]] -= weight;
  }
}

export function softmaxLoss(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  plan: SoftmaxPlan,
  wantsPerQuery = false,
): SoftmaxResult {
  const [numQueries, dim] = queries.shape;
  const numKeys = keys.shape[0];
  const perQuery = new Float32Array(numQueries);
  const rowsPerBlock = Math.max(1, Math.min(numQueries, Math.floor(BLOCK_ENTRIES / numKeys)));
  const [queryGradient, keyGradient] = tf.tidy(() => {
    // Plain matMul throughout: the wasm backend runs products with a transpose flag ten times slower.
    const keysTransposed = tf.transpose(keys);
    const queryBlocks: tf.Tensor2D[] = [];
    let keyGradientTransposed: tf.Tensor2D = tf.zeros([dim, numKeys]);
    for (let start = 0; start < numQueries; start += rowsPerBlock) {
      const size = Math.min(rowsPerBlock, numQueries - start);
      const [queryBlock, keyPart] = tf.tidy(() => {
        const block = queries.slice([start, 0], [size, dim]);
        const products = tf.matMul(block, keysTransposed).dataSync() as Float32Array;
        softmaxResiduals(products, numKeys, start, plan, perQuery);
        const residuals = tf.tensor2d(products, [size, numKeys]);
        return [tf.matMul(residuals, keys), tf.matMul(tf.transpose(block), residuals)];
      });
      queryBlocks.push(queryBlock as tf.Tensor2D);
      const sum: tf.Tensor2D = tf.add(keyGradientTransposed, keyPart);
      tf.dispose([keyGradientTransposed, keyPart]);
      keyGradientTransposed = sum;
    }
    return [tf.concat(queryBlocks, 0), tf.transpose(keyGradientTransposed)];
  });
  let loss = 0;
  for (let i = 0; i < numQueries; i++) loss += (plan.queryWeight ? plan.queryWeight[i] : 1 / numQueries) * perQuery[i];
  return {
    loss: tf.scalar(loss),
    queryGradient: queryGradient as tf.Tensor2D,
    keyGradient: keyGradient as tf.Tensor2D,
    ...(wantsPerQuery && { perQuery: tf.tensor1d(perQuery) }),
  };
}
