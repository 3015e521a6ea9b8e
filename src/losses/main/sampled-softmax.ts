/**
 * Sampled softmax (Bengio & Senécal 2008; Jean et al. 2015, arXiv 1412.2007, section 3): each user should pick its own
 * positive among items that were drawn, the other positives of the batch not being among them.
 *
 *   loss = Σ_i weight_i · −log softmax over {positive_i} ∪ drawn of (⟨user_i, item⟩ / temperature − logQ_item)
 *
 * The same computation as the in-batch softmax, over candidates that hold no positives of others.
 */
import type { Scalar } from '@tensorflow/tfjs';
import { z } from 'zod';
import { logQOption, similarityOption, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import { userTemperatureOption } from '../temperature/temperature.js';
import { inBatchSoftmax, type MainSoftmaxOptions } from './in-batch-softmax.js';
import type { MainLossInput } from './main-loss-input.js';
import { topKOption, topKPlan } from './top-k-weights.js';

const sampledSoftmaxSchema = z.strictObject({
  name: z.literal('sampled-softmax'),
  weight: weightOption(1),
  similarity: similarityOption('cosine'),
  temperature: userTemperatureOption(0.15),
  logQ: logQOption,
  topK: topKOption,
});

/** @param input its shared candidates, if any, are drawn items only */
export function sampledSoftmax(input: MainLossInput, options: MainSoftmaxOptions): Scalar {
  return inBatchSoftmax(input, options);
}

export const sampledSoftmaxRow = mainLoss({
  schema: sampledSoftmaxSchema,
  negatives: 'sampled',
  topK: topKPlan,
  compute: sampledSoftmax,
  doc: {
    formula: 'mean_i −log softmax over {positive_i} ∪ drawn of (⟨user_i, item⟩ / temperature − logQ_item)',
    when: 'Where negatives should come from the catalogue and not from what others clicked: small batches, catalogues with a long tail.',
    goesWrong: 'Few uniform draws are all easy: draw thousands, or by popularity; every drawn item costs an embedding.',
    source: 'Bengio & Senécal 2008; Jean et al. 2015, arXiv 1412.2007; topK: Yang et al. 2025, KDD, arXiv 2508.05673',
  },
});
