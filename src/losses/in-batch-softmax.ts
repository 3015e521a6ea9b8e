/**
 * Softmax of the two-tower model: each user should pick its own positive among the batch's items and whatever other
 * negatives the step has (Yi et al. 2019, RecSys, eq. 1-3; Yang et al. 2020 for mixtures).
 *
 *   loss = Σ_i weight_i · −log softmax_j(⟨user_i, candidate_j⟩ / temperature − logQ_j)_i
 */
import type { Scalar } from '@tensorflow/tfjs';
import { softmaxLoss } from '../ops/index.js';
import type { MainLossInput } from './main-loss-input.js';
import { type SoftmaxCorrections, softmaxOperands } from './softmax-operands.js';

export function inBatchSoftmax(input: MainLossInput, corrections: SoftmaxCorrections): Scalar {
  const { queries, keys, plan } = softmaxOperands(input, corrections);
  return softmaxLoss(queries, keys, plan);
}
