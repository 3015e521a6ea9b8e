/**
 * The softmax loss of each query by itself, ℓ_i as in `softmax-loss.ts`, for losses that are no weighted sum of them. What the
 * gradient weighs queries by is only known on the way back, so the kernel runs once more there (`twofold-queries.ts`).
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../../backend/index.js';
import { checkSoftmaxPlan } from './softmax-loss.js';
import { twofoldQueries } from './twofold-queries.js';

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @param plan as of `softmaxLoss`; queries have no weights of their own
 * @returns `[numQueries]`, differentiable in queries and keys
 * @throws ShapeError as `softmaxLoss`
 */
export function softmaxLosses(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  plan: Omit<SoftmaxPlan, 'queryWeight'>,
): tf.Tensor1D {
  checkSoftmaxPlan('softmaxLosses', queries, keys, plan);
  const [numQueries] = queries.shape;
  const alike = { ...plan, queryWeight: new Float32Array(numQueries).fill(1) };
  const kernels = currentKernels();
  const fused = tf.customGrad((...given) => {
    const [left, right] = given as tf.Tensor2D[];
    const save = given[2] as tf.GradSaveFunc;
    const { perQuery, queryGradient } = kernels.softmaxLoss(left, right, alike, true);
    save([left, right, queryGradient]);
    return {
      value: perQuery!,
      gradFunc: (dy, saved) => {
        const [l, r, ofQueries] = saved as tf.Tensor2D[];
        const factors = tf.reshape(dy, [numQueries, 1]) as tf.Tensor2D;
        const twofold = twofoldQueries(l, r, factors);
        const { keyGradient } = kernels.softmaxLoss(twofold.queries, twofold.keys, alike);
        return [tf.mul(ofQueries, factors), twofold.weighed(keyGradient)];
      },
    };
  });
  return fused(queries, keys) as tf.Tensor1D;
}
