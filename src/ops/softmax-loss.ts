/**
 * Softmax cross-entropy of queries against shared keys, fused with its gradient:
 *
 *   logit(i, j) = ⟨queries_i, keys_j⟩ / temperature + keyBias_j        (−∞ where masked)
 *   loss        = Σ_i weight_i · (logsumexp_j logit(i, j) − logit(i, positive_i))
 *
 * Where masked with a bias, that is added instead. A query may have candidates of its own beside the keys, given by their
 * logits; without `positive` the first of them is its positive. With `decoupled` the logsumexp leaves the positive out.
 * In-batch softmax, sampled softmax, InfoNCE and their kin are this op with different keys and plans. A temperature that
 * differs by query or carries a gradient is had by dividing the queries by it beforehand. The forward pass computes all
 * gradients, so the [numQueries, numKeys] matrix is never kept for the backward pass.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../backend/index.js';
import { assertLength, assertShape, ShapeError } from '../core/errors.js';

/** Without the own candidates' logits, which the op takes as a tensor. */
export type SoftmaxLossPlan = Omit<SoftmaxPlan, 'ownLogits'>;

export interface SoftmaxExtras {
  /** Temperature and corrections applied, −∞ where a query has fewer, `[numQueries, numOwn]`. */
  readonly ownLogits?: tf.Tensor2D;
  /** Receives each query's unweighted loss, `[numQueries]`. */
  readonly perQuery?: Float32Array;
}

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @param plan positives, temperature (> 0) and corrections
 * @returns scalar
 * @throws ShapeError on sizes that do not fit, a temperature ≤ 0, a positive outside the keys, masked or missing
 */
export function softmaxLoss(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  plan: SoftmaxLossPlan,
  { ownLogits, perQuery }: SoftmaxExtras = {},
): tf.Scalar {
  checkPlan(queries, keys, plan);
  if (ownLogits) assertShape('softmaxLoss: ownLogits', ownLogits.shape, [queries.shape[0], null]);
  if (!plan.positive && !(ownLogits && ownLogits.shape[1] > 0)) {
    throw new ShapeError('softmaxLoss: expected `positive`, or a positive among the own candidates, got neither');
  }
  const kernels = currentKernels();
  const fused = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [left, right, own] = args as tf.Tensor[];
    const full = own ? { ...plan, ownLogits: Float32Array.from(kernels.borrow(own)) } : plan;
    const result = kernels.softmaxLoss(left as tf.Tensor2D, right as tf.Tensor2D, full);
    perQuery?.set(result.perQuery);
    const gradients: tf.Tensor[] = [result.queryGradient, result.keyGradient];
    if (own) gradients.push(tf.tensor(result.ownGradient!, own.shape));
    save(gradients);
    return {
      value: tf.scalar(result.loss),
      gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)),
    };
  });
  return fused(...(ownLogits ? [queries, keys, ownLogits] : [queries, keys])) as tf.Scalar;
}

function checkPlan(queries: tf.Tensor2D, keys: tf.Tensor2D, plan: SoftmaxLossPlan): void {
  const [numQueries, dim] = queries.shape;
  const numKeys = keys.shape[0];
  assertShape('softmaxLoss: keys', keys.shape, [null, dim]);
  if (plan.keyBias) assertLength('softmaxLoss: keyBias', plan.keyBias.length, numKeys);
  if (plan.queryWeight) assertLength('softmaxLoss: queryWeight', plan.queryWeight.length, numQueries);
  if (plan.positive) assertLength('softmaxLoss: positive', plan.positive.length, numQueries);
  if (plan.maskBias) assertLength('softmaxLoss: maskBias', plan.maskBias.length, plan.masked?.values.length ?? 0);
  if (plan.masked) assertLength('softmaxLoss: masked rows', plan.masked.offsets.length - 1, numQueries);
  if (!(plan.temperature > 0)) throw new ShapeError(`softmaxLoss: temperature must be > 0, got ${plan.temperature}`);
  for (let i = 0; i < numQueries; i++) {
    const positive = plan.positive?.[i];
    if (positive !== undefined && (positive < 0 || positive >= numKeys)) {
      throw new ShapeError(`softmaxLoss: positive ${positive} of query ${i} is outside ${numKeys} keys`);
    }
    if (!plan.masked) continue;
    for (let at = plan.masked.offsets[i]; at < plan.masked.offsets[i + 1]; at++) {
      const key = plan.masked.values[at];
      if (key < 0 || key >= numKeys || key === positive) {
        throw new ShapeError(
          `softmaxLoss: query ${i} masks key ${key}, which is ${key === positive ? 'its positive' : `outside ${numKeys} keys`}`,
        );
      }
    }
  }
}
