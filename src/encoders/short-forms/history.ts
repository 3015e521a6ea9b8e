/**
 * Users from their items alone: there is no user table (EGCF, Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230, parallel
 * iteration). With E the table of items and R̃ = D_u^-1/2 R D_i^-1/2,
 *
 *   layer 0 = [f(R̃ E); E],   layer k+1 = f(Â · layer k),   final = Σ_k w_k · layer k
 *
 * So a user is the sum of what its items say, each divided by the root of its degree, over the root of the user's own; one
 * that training never saw is encoded by the same sum (`retrieval/history-vectors.ts`).
 *
 * Without an activation f it is linear in E, and therefore LightGCN with one hop more over Z = [0; E]: R̃ E is Â Z at the
 * users, so that layer k = Â^k (Z + Â Z), and final = Σ_j (w_j + w_{j−1}) Â^j Z, j = 0 … numLayers + 1.
 *
 * Deviations: EGCF has tanh for f, an option here, and sums layers 1 … L; here the sum is weighted as `layerCombination`
 * says. Views and noise act on every hop, the users' first sum included.
 */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import { createDeepEncoder } from './deep-encoder.js';
import { embeddingDimSchema } from './embedding-dim.js';
import type { Encoder } from './encoder.js';
import { initializationSchema } from './initialization.js';
import { layerCombinationProblem, layerCombinationSchema, layerWeights } from './layer-weights.js';
import { createLinearEncoder } from './linear-encoder.js';
import { activationSchema, layersOverHops, linearResidualSchema } from './residual.js';

export const historySchema = z
  .strictObject({
    name: z.literal('history'),
    embeddingDim: embeddingDimSchema,
    initialization: initializationSchema,
    numLayers: z
      .number()
      .int()
      .min(0)
      .max(3)
      .default(3)
      .describe(
        'hops after the sum over a user’s items, which is a hop of its own. 0: users are that sum, items their row; too many ' +
          'make all embeddings alike and cost a pass each',
      ),
    layerCombination: layerCombinationSchema,
    residual: linearResidualSchema,
    activation: activationSchema,
  })
  .superRefine(({ numLayers, layerCombination }, context) => {
    const message = layerCombinationProblem(layerCombination, numLayers);
    if (message) context.addIssue({ code: 'custom', path: ['layerCombination'], message });
  });
export type HistoryOptions = z.infer<typeof historySchema>;

/**
 * @param variables `embedding` `[numNodes - numUsers, embeddingDim]`, and `layerWeights` where they are learned
 * @param numUsers nodes without a row of their own, which come first
 */
export function createHistory(
  variables: Readonly<Record<string, Variable>>,
  { numLayers, layerCombination, residual, activation }: HistoryOptions,
  numUsers: number,
): Encoder {
  const weights = layerCombination === 'learned' ? undefined : layerWeights(layerCombination, numLayers);
  if (activation !== 'none') {
    return createDeepEncoder(variables, { numLayers, weights, residual, activation, firstNode: numUsers });
  }
  // every hop of layer 0 = Z + Â Z
  const layers = layersOverHops(residual, numLayers).map((layer) =>
    [...layer, 0].map((weight, hop) => weight + (layer[hop - 1] ?? 0)),
  );
  return createLinearEncoder(variables, { layers, weights, firstNode: numUsers });
}
