/**
 * A main loss's input as operands of the fused softmax op: queries, keys and the plan of corrections.
 *
 * Where every candidate is a shared key and the positives are among them, the operands are the input itself. Two things
 * are not of the form ⟨query, key⟩ with shared keys, and become one more coordinate each, in which the query holds
 * temperature · logit and a single extra key holds 1 (all others 0), so that the op sees that logit and hands its gradient
 * back:
 *
 *   own negatives     logit = logsumexp_s(⟨user_i, own_is⟩ / temperature − logQ_is + logWeight_is)
 *   positive apart    logit = ⟨user_i, positive_i⟩ / temperature − logQ_i   (or + the refined term below)
 *
 * `refined` logQ (Khrylchenko et al. 2025, arXiv 2507.09331, section 3.3): the positive is there with probability 1, not
 * drawn, so its logit is not corrected, and negatives are drawn from Q' = Q / (1 − Q(positive)). With N negatives the
 * softmax whose positive gets + log N − log(1 − Q(positive)) has the paper's gradient, weight 1 − P(positive) included;
 * its value is the log-likelihood itself instead of the weighted surrogate.
 */
import * as tf from '@tensorflow/tfjs';
import { columnPlacement, groupScores, type SoftmaxPlan, scaleGradient } from '../../ops/index.js';
import { diagonal } from './logit-plan.js';
import type { MainLossInput, OwnKeys, SharedKeys } from './main-loss-input.js';

export interface SoftmaxCorrections {
  /** Divides the similarities. */
  readonly temperature: number;
  /** `frequency`: −log q of every candidate, the positive too. `refined`: arXiv 2507.09331. */
  readonly logQ: 'none' | 'frequency' | 'refined';
  /** Keeps the positive out of the keys even where it is among them, so that a key's gradient is that of a negative. */
  readonly positiveApart?: boolean;
}

export interface SoftmaxOperands {
  /** `[batchSize, dim + extra]`. */
  readonly queries: tf.Tensor2D;
  /** `[numKeys + extra, dim + extra]`. */
  readonly keys: tf.Tensor2D;
  readonly plan: SoftmaxPlan;
}

/** Stands for a logit of −∞ where arithmetic must go on. */
const NEVER = -1e4;

export function softmaxOperands(input: MainLossInput, corrections: SoftmaxCorrections): SoftmaxOperands {
  const { users, shared, own, weight } = input;
  const { temperature, logQ } = corrections;
  const batchSize = users.shape[0];
  const numKeys = shared?.keys.shape[0] ?? 0;
  const scale = shared?.gradientScale;
  // a key whose gradient counts several times as a negative must not do so as a positive
  const apart = corrections.positiveApart || scale !== undefined || logQ === 'refined' || !shared?.positivesFirst;
  const keys = shared && scale ? scaleGradient(shared.keys, scale) : shared?.keys;
  const extra: tf.Tensor2D[] = [];
  if (apart) extra.push(positiveLogits(input, corrections));
  if (own) extra.push(ownLogits(users, own, corrections));
  const bias = logQ === 'none' ? undefined : shared?.logQ.map((value) => -value);
  const plan: SoftmaxPlan = {
    positive: apart ? new Int32Array(batchSize).fill(numKeys) : diagonal(batchSize),
    temperature,
    keyBias: bias && extra.length > 0 ? padded(bias, extra.length) : bias,
    ...(shared && maskedOf(shared, batchSize, apart)),
    queryWeight: weight,
  };
  if (extra.length === 0) return { queries: users, keys: keys!, plan };
  const dim = users.shape[1];
  const width = dim + extra.length;
  const units = columnPlacement(extra.length, width, dim);
  const columns = extra.map((logits, i) => tf.matMul(tf.mul(logits, temperature), columnPlacement(1, width, dim + i)));
  const wide = columnPlacement(dim, width, 0);
  return {
    queries: tf.addN([tf.matMul(users, wide), ...columns]) as tf.Tensor2D,
    keys: keys ? (tf.concat([tf.matMul(keys, wide), units], 0) as tf.Tensor2D) : units,
    plan,
  };
}

/** `[batchSize, 1]`. */
function positiveLogits(input: MainLossInput, { temperature, logQ }: SoftmaxCorrections): tf.Tensor2D {
  const { users, positives, positiveLogQ } = input;
  const logits = tf.div(tf.sum(tf.mul(users, positives), 1, true), temperature);
  if (logQ === 'none') return logits as tf.Tensor2D;
  const counts = logQ === 'refined' ? negativesPerQuery(input) : undefined;
  // log Q = 0 says that nothing drawn is corrected for, the positive then neither
  const bias = positiveLogQ.map((value, i) =>
    counts && value < 0 ? Math.log(Math.max(1, counts[i])) - Math.log1p(-Math.min(Math.exp(value), 0.999)) : -value,
  );
  return tf.add(logits, tf.tensor2d(bias, [bias.length, 1])) as tf.Tensor2D;
}

/** Candidates that each query counts as negatives, `[batchSize]`. */
export function negativesPerQuery({ users, shared, own }: MainLossInput): Float32Array {
  const batchSize = users.shape[0];
  return Float32Array.from({ length: batchSize }, (_, i) => {
    let count = 0;
    if (shared) {
      const { masked, maskedBias } = shared;
      count += shared.keys.shape[0] - (shared.positivesFirst ? 1 : 0);
      for (let at = masked.offsets[i]; at < masked.offsets[i + 1]; at++) {
        if (!maskedBias || maskedBias[at] === Number.NEGATIVE_INFINITY) count--;
      }
    }
    for (let slot = 0; own && slot < own.perQuery; slot++) {
      if (own.logWeight[i * own.perQuery + slot] !== Number.NEGATIVE_INFINITY) count++;
    }
    return count;
  });
}

/** Log of the sum of each query's own exponentials, `[batchSize, 1]`. */
function ownLogits(users: tf.Tensor2D, own: OwnKeys, { temperature, logQ }: SoftmaxCorrections): tf.Tensor2D {
  const batchSize = users.shape[0];
  const scores = tf.div(groupScores(users, own.keys, own.perQuery), temperature);
  const bias = own.logWeight.map((value, slot) =>
    value === Number.NEGATIVE_INFINITY ? 2 * NEVER : value - (logQ === 'none' ? 0 : own.logQ[slot]),
  );
  const logits = tf.add(scores, tf.tensor2d(bias, [batchSize, own.perQuery]));
  return tf.maximum(tf.logSumExp(logits, 1, true), NEVER) as tf.Tensor2D;
}

/** The masks, with each query's own positive column where the positive is kept apart. */
function maskedOf(
  { masked, maskedBias, positivesFirst }: SharedKeys,
  batchSize: number,
  apart: boolean,
): Pick<SoftmaxPlan, 'masked' | 'maskedBias'> {
  if (!apart || !positivesFirst) return { masked, maskedBias };
  const offsets = masked.offsets.map((offset, row) => offset + row);
  const values = new Int32Array(masked.values.length + batchSize);
  const bias = maskedBias && new Float32Array(values.length);
  for (let row = 0; row < batchSize; row++) {
    const [from, to] = [masked.offsets[row], masked.offsets[row + 1]];
    const before = masked.values.subarray(from, to).findIndex((column) => column > row);
    const split = before < 0 ? to : from + before;
    values.set(masked.values.subarray(from, split), offsets[row]);
    values[offsets[row] + split - from] = row;
    values.set(masked.values.subarray(split, to), offsets[row] + split - from + 1);
    if (!bias || !maskedBias) continue;
    bias.set(maskedBias.subarray(from, split), offsets[row]);
    bias[offsets[row] + split - from] = Number.NEGATIVE_INFINITY;
    bias.set(maskedBias.subarray(split, to), offsets[row] + split - from + 1);
  }
  return { masked: { offsets, values }, maskedBias: bias };
}

function padded(values: Float32Array, extra: number): Float32Array {
  const longer = new Float32Array(values.length + extra);
  longer.set(values);
  return longer;
}
