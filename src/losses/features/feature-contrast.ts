/**
 * Self-supervision on features (Yao et al. 2021, CIKM, arXiv 2007.12865, eq. 1): InfoNCE between two views of what is known of
 * entities that are drawn uniformly over the catalogue, whoever took them, so that the tail and the cold count as much as the
 * head.
 *
 *   loss = mean_i −log softmax_j(⟨z_i, z'_j⟩ / temperature)_i,    z = g(tower(view of the fields)) at unit length
 *
 * g is a projection head, none by default. One direction, as theirs.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import type { Side } from '../../core/side.js';
import { infoNce } from '../contrastive/info-nce.js';
import { projectionHeadSchema } from '../contrastive/projection-head.js';
import { weightOption } from '../loss-options.js';
import { diagonal } from '../main/logit-plan.js';
import { temperatureNumber } from '../temperature/temperature.js';

export const featureContrastSchema = z.strictObject({
  weight: weightOption(0),
  temperature: temperatureNumber(0.1),
  sides: z
    .enum(['items', 'users', 'both'])
    .default('items')
    .describe('whose fields are contrasted; a side must have a tower'),
  batchSize: z
    .number()
    .int()
    .min(2)
    .default(2048)
    .describe(
      'entities of a side a step, drawn uniformly over the catalogue, cold ones too; each is the others’ negative',
    ),
  head: projectionHeadSchema
    .prefault({ name: 'none' })
    .describe('what stands between the tower and this contrast; it is thrown away at export'),
});
export type FeatureContrastOptions = z.infer<typeof featureContrastSchema>;

/** The sides whose fields are contrasted. */
export function contrastedSides({ sides }: Pick<FeatureContrastOptions, 'sides'>): readonly Side[] {
  if (sides === 'both') return ['user', 'item'];
  return [sides === 'users' ? 'user' : 'item'];
}

/**
 * @param first unit rows under the first view, `[batchSize, dim]`
 * @param second the same entities under the second, `[batchSize, dim]`
 */
export function featureContrast(
  first: Tensor2D,
  second: Tensor2D,
  { temperature }: Pick<FeatureContrastOptions, 'temperature'>,
): Scalar {
  return infoNce(first, second, diagonal(first.shape[0]), temperature);
}

export const featureContrastRow: { readonly schema: typeof featureContrastSchema; readonly doc: ConceptDoc } = {
  schema: featureContrastSchema,
  doc: {
    formula:
      'mean_i −log softmax_j(⟨z_i, z′_j⟩ / temperature)_i between two views of the fields of entities drawn uniformly',
    when: 'Few interactions and something known: words, brands, categories. What pays most for cold items and the tail.',
    goesWrong:
      'Too large a weight and vectors say what a thing is, not who takes it. Nothing to gain where fields are few and poor.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865',
  },
};
