/**
 * Alignment of what is known with who took it (CLCRec, Wei et al. 2021, ACM MM, arXiv 2107.05315, eq. 6-7): InfoNCE between an
 * entity's id row e and its tower's vector c, so that the tower learns to say what clicks say and can stand in for it.
 *
 *   loss = ½ (infoNCE(e → c) + infoNCE(c → e)) over the distinct entities of the batch
 *
 * Deviations: CLCRec contrasts e with c of one positive and drawn negatives through a learned density, here cosines in the
 * batch; its user-item term is our main loss.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import { infoNce } from '../contrastive/info-nce.js';
import { weightOption } from '../loss-options.js';
import { diagonal } from '../main/logit-plan.js';
import { temperatureNumber } from '../temperature/temperature.js';

export const contentAlignmentSchema = z.strictObject({
  weight: weightOption(0),
  temperature: temperatureNumber(0.2),
});
export type ContentAlignmentOptions = z.infer<typeof contentAlignmentSchema>;

/**
 * @param ids unit id rows, `[numEntities, dim]`
 * @param contents unit vectors of the tower, `[numEntities, dim]`
 */
export function contentAlignment(
  ids: tf.Tensor2D,
  contents: tf.Tensor2D,
  { temperature }: Pick<ContentAlignmentOptions, 'temperature'>,
): tf.Scalar {
  const own = diagonal(ids.shape[0]);
  const there = infoNce(ids, contents, own, temperature);
  const back = infoNce(contents, ids, own, temperature);
  return tf.mul(0.5, tf.add(there, back)) as tf.Scalar;
}

export const contentAlignmentRow: { readonly schema: typeof contentAlignmentSchema; readonly doc: ConceptDoc } = {
  schema: contentAlignmentSchema,
  doc: {
    formula: '½ (infoNCE(id row → tower) + infoNCE(tower → id row)) over the batch’s distinct entities',
    when: 'Items or users have an id row and a tower, and new ones will have the tower alone.',
    goesWrong: 'Too large a weight and id rows can say nothing that the fields do not.',
    source: 'CLCRec: Wei et al. 2021, ACM MM, arXiv 2107.05315',
  },
};
