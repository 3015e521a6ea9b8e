/**
 * Bilateral softmax loss (Wu et al. 2023, arXiv 2312.12882, section IV): what a softmax does to noise among the negatives,
 * a log-expectation-exp with a temperature of its own, is done to the positives as well.
 *
 *   loss_u = −ρ · log mean_{i ∈ positives of u} exp(⟨u, i⟩ / (ρτ)) + log Σ_{j ∈ negatives} exp(⟨u, j⟩ / τ − logQ_j)
 *
 * with ρ the positives' temperature over the negatives', over the positives that user u has in the batch; each of its rows
 * counts as one such term. Deviations: divided by τ against the paper, so that ρ → ∞ is the decoupled softmax at τ; a sum
 * instead of a mean over negatives, a constant. A user with one positive in the batch has the decoupled softmax whatever
 * ρ: the loss differs only in batches in which users repeat. A row that has no negative has nothing to tell its positive
 * from, and no loss.
 *
 * The authors' code (github.com/junkangwu/BSL, utils/losses.py) is another form: it has no ρ and weighs the second part,
 *
 *   loss_i = −⟨u, i⟩ / τ + negativeWeight · log Σ_{j ≠ i} exp(⟨u, j⟩ / τ)                 (their mode `reweight`)
 *
 * with negativeWeight their t₂ and τ their t₁, cosines, no logQ, and copies of the positive among the negatives. That is
 * positiveRatio `infinite`; at negativeWeight 1 it is what they call SL. Their mode `multi` is positiveRatio 1.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { assertLength, ShapeError } from '../../core/errors.js';
import { lookup, softmaxLoss, weightedSoftmaxLoss } from '../../ops/index.js';
import { similarityOption, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import { type Temperature, temperatureOption } from '../temperature/temperature.js';
import { temperedInput } from './in-batch-softmax.js';
import type { MainLossInput } from './main-loss-input.js';
import { meanOfPositives } from './pair-weights.js';
import { negativesPerQuery, softmaxOperands } from './softmax-operands.js';
import { topKOption, topKPlan, topKWeights } from './top-k-weights.js';

export const bslSchema = z.strictObject({
  name: z.literal('bsl'),
  weight: weightOption(1),
  similarity: similarityOption('cosine'),
  temperature: temperatureOption(0.15),
  positiveRatio: z
    .union([z.number().min(0.01).max(1000), z.literal('infinite')])
    .default(1.2)
    .describe(
      "the positives' temperature over the negatives'. Too small: a user's easiest positive stands for all; too large: noisy positives count like clean ones; infinite: each positive stands for itself",
    ),
  negativeWeight: z
    .number()
    .gt(0)
    .max(100)
    .default(1)
    .describe(
      "factor of the negatives' part, t₂ of the authors' code. Too small: all embeddings draw together; too large: positives are hardly heard",
    ),
  logQ: z
    .enum(['none', 'frequency'])
    .default('frequency')
    .describe('frequency subtracts log q(item) from the negatives; positives are not drawn and not corrected'),
  topK: topKOption,
});

interface BslOptions {
  readonly temperature: Temperature;
  readonly positiveRatio: number | 'infinite';
  readonly negativeWeight: number;
  readonly logQ: 'none' | 'frequency';
  readonly topK?: z.infer<typeof topKOption>;
}

/** @throws ShapeError when the input does not say which user a row is of */
export function bsl(
  input: MainLossInput,
  { positiveRatio, negativeWeight, logQ, topK, ...options }: BslOptions,
): tf.Scalar {
  if (!input.userIndex) throw new ShapeError('bsl: needs the user of each row (userIndex)');
  const { input: scaled, temperature } = temperedInput(withNegatives(input), options.temperature);
  const { queries, keys, plan } = softmaxOperands(scaled, { temperature, logQ });
  // holds the corrected logits of the positives, which the second part takes out again
  const weights = topKWeights(input, topK);
  const decoupled = { ...plan, decoupled: true };
  const negatives = weights
    ? weightedSoftmaxLoss(queries, keys, decoupled, weights)
    : softmaxLoss(queries, keys, decoupled);
  const logits = tf.div(tf.sum(tf.mul(scaled.users, scaled.positives), 1), temperature) as tf.Tensor1D;
  const ofUser =
    positiveRatio === 'infinite'
      ? logits
      : tf.mul(groupLogMeanExp(tf.div(logits, positiveRatio), input.userIndex), positiveRatio);
  const corrected = logQ === 'none' ? logits : tf.sub(logits, tf.tensor1d(input.positiveLogQ));
  const positives = tf.sub(tf.mul(corrected, negativeWeight), ofUser) as tf.Tensor1D;
  const counted = weights ? tf.mul(positives, tf.reshape(weights, [-1])) : positives;
  return tf.add(tf.mul(negatives, negativeWeight), meanOfPositives(counted as tf.Tensor1D, scaled));
}

/** The input with rows that have no negative at weight 0. */
function withNegatives(input: MainLossInput): MainLossInput {
  const counts = negativesPerQuery(input);
  if (counts.every((count) => count > 0)) return input;
  const weight = counts.map((count, i) => (count > 0 ? (input.weight?.[i] ?? 1 / counts.length) : 0));
  return { ...input, weight };
}

/** So low that its exponential beside any logit is 0; not −∞, whose difference from itself is no number. */
const NO_LOGIT = -1e30;

/**
 * Log of the mean exponential over all entries of the same group, at each entry.
 *
 * @param logits `[length]`
 * @param group any label of each entry, `[length]`
 * @returns `[length]`
 */
export function groupLogMeanExp(logits: tf.Tensor1D, group: Int32Array): tf.Tensor1D {
  assertLength('groupLogMeanExp: group', group.length, logits.size);
  const places = new Map<number, number[]>();
  for (const [i, label] of group.entries()) {
    const known = places.get(label);
    if (known) known.push(i);
    else places.set(label, [i]);
  }
  const members = [...places.values()];
  const largest = members.reduce((most, entries) => Math.max(most, entries.length), 0);
  // one row a group, filled up with the place after the last, which holds no logit
  const table = new Int32Array(members.length * largest).fill(group.length);
  for (const [row, entries] of members.entries()) table.set(entries, row * largest);
  const rowOf = new Map([...places.keys()].map((label, row) => [label, row]));
  const padded = tf.concat([tf.reshape(logits, [group.length, 1]), tf.fill([1, 1], NO_LOGIT)], 0) as tf.Tensor2D;
  const grouped = tf.reshape(lookup(padded, table), [members.length, largest]);
  const counts = tf.tensor1d(members.map((entries) => Math.log(entries.length)));
  const means = tf.sub(tf.logSumExp(grouped, 1), counts);
  const own = Int32Array.from(group, (label) => rowOf.get(label)!);
  return tf.reshape(lookup(tf.reshape(means, [members.length, 1]), own), [group.length]);
}

export const bslRow = mainLoss({
  schema: bslSchema,
  negatives: 'softmax',
  topK: topKPlan,
  compute: bsl,
  doc: {
    formula:
      '−ρ log mean over the positives of u in the batch of exp(⟨u, i⟩ / ρτ) + negativeWeight · log Σ_j exp(⟨u, j⟩ / τ − logQ_j), ρ = positiveRatio; infinite: −⟨u, i⟩ / τ in place of the first part',
    when: 'Noisy positives (clicks by mistake): with ρ near 1 a user’s odd ones pull less than those that fit. With positiveRatio infinite, logQ none and negatives.accidentalHits keep it is SL, and with a negativeWeight BSL, as their authors run them; they rank by inner products (evaluation.similarity inner-product).',
    goesWrong:
      'With a finite ρ users must repeat within a batch: large batches and users with many items, otherwise it is the decoupled softmax. Too small a ρ learns only what is known already.',
    source:
      'Wu et al. 2023, arXiv 2312.12882, and the code of its authors; topK: Yang et al. 2025, KDD, arXiv 2508.05673',
  },
});
