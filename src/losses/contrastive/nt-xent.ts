/**
 * Normalised temperature-scaled cross-entropy of SimCLR (Chen et al. 2020, arXiv 2002.05709, eq. 1): the 2N rows of both
 * views in one list; each row should pick its counterpart among the 2N − 1 others.
 *
 *   loss = mean over all 2N rows of −log exp(⟨z_i, z_i'⟩ / τ) / Σ_{j≠i} exp(⟨z_i, z_j⟩ / τ)
 *
 * Symmetric in the views. Against InfoNCE: rows of the own view are negatives as well. `decoupled` (DCL, dcl.ts) leaves the
 * counterpart out of the sum.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { softmaxLoss } from '../../ops/index.js';
import { contrastiveLoss } from '../loss-row.js';
import { type Temperature, tempered } from '../temperature/temperature.js';
import { contrastedNodes, contrastiveShape } from './contrastive-options.js';

const ntXentSchema = z.strictObject({ name: z.literal('nt-xent'), ...contrastiveShape, ...contrastedNodes });

/**
 * @param first unit rows, `[numNodes, dim]`
 * @param second unit rows of the same nodes, `[numNodes, dim]`
 */
export function ntXent(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  temperature: Temperature,
  { decoupled = false }: { readonly decoupled?: boolean } = {},
): tf.Scalar {
  const numNodes = first.shape[0];
  const rows = tf.concat([first, second], 0);
  const { queries, temperature: rest } = tempered(rows, temperature);
  const everyRow = Int32Array.from({ length: 2 * numNodes }, (_, i) => i);
  return softmaxLoss(queries, rows, {
    positive: everyRow.map((i) => (i + numNodes) % (2 * numNodes)),
    temperature: rest,
    masked: { offsets: Int32Array.from({ length: 2 * numNodes + 1 }, (_, i) => i), values: everyRow },
    decoupled,
  });
}

export const ntXentRow = contrastiveLoss({
  schema: ntXentSchema,
  compute: ({ first, second }, { temperature }) => ntXent(first, second, temperature),
  doc: {
    formula:
      'mean over the 2N rows of both views of −log exp(⟨z, z′⟩ / τ) / Σ over the 2N − 1 others exp(⟨z, z_j⟩ / τ)',
    when: 'As info-nce, with twice the negatives for the same encodings, and symmetric in the views.',
    goesWrong:
      'Four times the products of info-nce; nodes of one view repel each other too, which an asymmetric pair of views (cross-layer) may not want.',
    source: 'Chen et al. 2020, arXiv 2002.05709',
  },
});
