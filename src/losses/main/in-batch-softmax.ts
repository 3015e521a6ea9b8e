/**
 * Softmax of the two-tower model: each user should pick its own positive among the batch's items and whatever other
 * negatives the step has (Yi et al. 2019, RecSys, eq. 1-3; Yang et al. 2020 for mixtures).
 *
 *   loss = Σ_i weight_i · −log softmax_j(⟨user_i, candidate_j⟩ / temperature − logQ_j)_i
 *
 * With `topK` each positive counts by how near it is to its user's first K (SL@K, `top-k-weights.ts`).
 */
import type { Scalar } from '@tensorflow/tfjs';
import { z } from 'zod';
import { softmaxLoss, weightedSoftmaxLoss } from '../../ops/index.js';
import { logQOption, similarityOption, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import { type Temperature, tempered, userTemperatureOption } from '../temperature/temperature.js';
import type { MainLossInput } from './main-loss-input.js';
import { type SoftmaxCorrections, softmaxOperands } from './softmax-operands.js';
import { topKOption, topKPlan, topKWeights } from './top-k-weights.js';

export const inBatchSoftmaxSchema = z.strictObject({
  name: z.literal('in-batch-softmax'),
  weight: weightOption(1),
  similarity: similarityOption('cosine'),
  temperature: userTemperatureOption(0.15),
  logQ: logQOption,
  topK: topKOption,
});

export type MainSoftmaxOptions = Omit<SoftmaxCorrections, 'temperature'> & {
  readonly temperature: Temperature;
  readonly topK?: z.infer<typeof topKOption>;
};

export function inBatchSoftmax(input: MainLossInput, options: MainSoftmaxOptions): Scalar {
  const { input: scaled, temperature } = temperedInput(input, options.temperature);
  const { queries, keys, plan } = softmaxOperands(scaled, { ...options, temperature });
  const weights = topKWeights(input, options.topK);
  return weights ? weightedSoftmaxLoss(queries, keys, plan, weights) : softmaxLoss(queries, keys, plan);
}

/** The input with a tensor temperature divided out of its users. */
export function temperedInput(
  input: MainLossInput,
  temperature: Temperature,
): { readonly input: MainLossInput; readonly temperature: number } {
  if (typeof temperature === 'number') return { input, temperature };
  const { queries } = tempered(input.users, temperature);
  return { input: { ...input, users: queries }, temperature: 1 };
}

export const inBatchSoftmaxRow = mainLoss({
  schema: inBatchSoftmaxSchema,
  negatives: 'softmax',
  topK: topKPlan,
  compute: inBatchSoftmax,
  doc: {
    formula: 'mean_i −log softmax_j(⟨user_i, candidate_j⟩ / temperature − logQ_j)_i',
    when: 'The main loss of recall models: one softmax over the batch and whatever other negatives the step draws.',
    goesWrong:
      'A temperature that is too small follows the hardest, often false negatives; without logQ popular items are pushed down.',
    source:
      'Yi et al. 2019, RecSys; the refined logQ: Khrylchenko et al. 2025, arXiv 2507.09331; topK: Yang et al. 2025, KDD, arXiv 2508.05673',
  },
});
