/**
 * InfoNCE between two views of the same nodes (van den Oord et al. 2018, arXiv 1807.03748; as used on graphs by SGL,
 * arXiv 2010.10783, eq. 10): node i of the first view should find itself among the candidates of the second.
 *
 *   loss = mean_i −log softmax_j(⟨anchor_i, candidate_j⟩ / temperature)_{positive_i}
 *
 * One direction, first view → second. In-batch: the candidates are the batch's nodes. All-node: every user (item).
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import { softmaxLoss } from '../../ops/index.js';
import { contrastiveLoss } from '../loss-row.js';
import { diagonal, logitPlan } from '../main/logit-plan.js';
import { type Temperature, tempered } from '../temperature/temperature.js';
import { contrastedNodes, contrastiveShape } from './contrastive-options.js';

const infoNceSchema = z.strictObject({
  name: z.literal('info-nce'),
  ...contrastiveShape,
  ...contrastedNodes,
  candidates: z
    .enum(['in-batch', 'all-node'])
    .default('in-batch')
    .describe(
      "in-batch: the batch's nodes of the other view; all-node: every user (item), dearer by numNodes / batchSize",
    ),
});

/**
 * @param anchors unit rows, `[numAnchors, dim]`
 * @param candidates unit rows, `[numCandidates, dim]`
 * @param positive row of each anchor's own node among the candidates, `[numAnchors]`
 */
export function infoNce(
  anchors: Tensor2D,
  candidates: Tensor2D,
  positive: Int32Array,
  temperature: Temperature,
): Scalar {
  const { queries, temperature: rest } = tempered(anchors, temperature);
  return softmaxLoss(queries, candidates, logitPlan(positive, { temperature: rest }));
}

export const infoNceRow = contrastiveLoss({
  schema: infoNceSchema,
  everyNode: ({ candidates }) => (candidates === 'all-node' ? 'candidates all-node' : undefined),
  compute(views, { candidates, temperature }) {
    const { first } = views;
    if (candidates === 'in-batch') return infoNce(first, views.second, diagonal(first.shape[0]), temperature);
    const { rows, own } = views.every;
    return infoNce(first, rows, own, temperature);
  },
  doc: {
    formula: 'mean_i −log softmax_j(⟨z1_i, z2_j⟩ / temperature)_i between two views of the same nodes',
    when: 'A small part beside the main loss: makes embeddings robust to missing edges and spreads them out.',
    goesWrong: 'Too large a weight and the model separates nodes that belong together.',
    source: 'van den Oord et al. 2018, arXiv 1807.03748; Wu et al. 2021, arXiv 2010.10783',
  },
});
