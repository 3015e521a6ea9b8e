/**
 * Decoupled contrastive learning (Yeh et al. 2021, arXiv 2110.06848, eq. 6): NT-Xent without the positive in the
 * denominator.
 *
 *   loss = mean over all 2N rows of −⟨z_i, z_i'⟩ / τ + log Σ_{j≠i, j≠i'} exp(⟨z_i, z_j⟩ / τ)
 *
 * In a softmax a positive that is found already scales the gradient of its negatives down (the "negative-positive
 * coupling"), and the more so the smaller the batch; without it small batches teach as well. The loss can be negative. A
 * batch of one node has no negatives and no loss.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import { contrastiveLoss } from '../loss-row.js';
import type { Temperature } from '../temperature/temperature.js';
import { contrastedNodes, contrastiveShape } from './contrastive-options.js';
import { ntXent } from './nt-xent.js';

const dclSchema = z.strictObject({ name: z.literal('dcl'), ...contrastiveShape, ...contrastedNodes });

/** As `ntXent`. */
export function dcl(first: Tensor2D, second: Tensor2D, temperature: Temperature): Scalar {
  return ntXent(first, second, temperature, { decoupled: true });
}

export const dclRow = contrastiveLoss({
  schema: dclSchema,
  compute: ({ first, second }, { temperature }) => dcl(first, second, temperature),
  doc: {
    formula: 'mean over the 2N rows of −⟨z, z′⟩ / τ + log Σ over the 2N − 2 negatives exp(⟨z, z_j⟩ / τ)',
    when: 'Small batches, or many easy positives: a positive that is found already does not quiet its negatives.',
    goesWrong: 'Never stops pushing: with a large weight it spreads embeddings beyond what the main loss wants.',
    source: 'Yeh et al. 2021, arXiv 2110.06848',
  },
});
