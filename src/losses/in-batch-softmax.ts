/**
 * In-batch (and mixed) softmax of the two-tower model: each user should pick its own positive among the batch's items
 * and whatever negatives were appended (Yi et al. 2019, RecSys, eq. 1-3; Yang et al. 2020 for the mixture).
 *
 *   loss = mean_i −log softmax_j(⟨user_i, candidate_j⟩ / temperature − logQ_j)_i
 *
 * The positive's logit is corrected like every other.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import { softmaxLoss } from '../ops/index.js';
import { diagonal, type LogitCorrections, logitPlan } from './logit-plan.js';

/**
 * @param users `[batchSize, dim]`
 * @param candidates item embeddings, row i the positive of user i, `[numCandidates ≥ batchSize, dim]`
 */
export function inBatchSoftmax(users: Tensor2D, candidates: Tensor2D, corrections: LogitCorrections): Scalar {
  return softmaxLoss(users, candidates, logitPlan(diagonal(users.shape[0]), corrections));
}
