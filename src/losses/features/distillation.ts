/**
 * Distillation from a finished run (ALDI, Huang et al. 2023, RecSys): what a tower says of items follows what a teacher learned of
 * them from clicks, so that items without clicks come out as if they had some.
 *
 *   vectors  ½ (infoNCE(t → c) + infoNCE(c → t)),  t the teacher's vector of an item and c the tower's, at unit length: the loss
 *            of `content-alignment.ts` with t in the place of an id row
 *   scores   mean_u −Σ_i q_ui · log softmax_i(s_ui / temperature),  q_u = softmax_i(t_ui / temperature), t_ui and s_ui what teacher
 *            and student score, over the items of the batch or as many drawn uniformly over the catalogue
 *
 * Deviations: ALDI's identification alignment compares σ(⟨c_i, c_i⟩ − mean_j ⟨c_i, c_j⟩) with the teacher's, and names no item by
 * its teacher's vector; its rating and ranking alignment take |t − s| and a binary cross-entropy of score differences, of one
 * positive and one negative a pair. Here both sides are a softmax over the batch. Its weights by an item's frequency are left out.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import { softCrossEntropy } from '../../ops/index.js';
import { weightOption } from '../loss-options.js';
import { temperatureNumber } from '../temperature/temperature.js';

export const distillationSchema = z.strictObject({
  run: z
    .string()
    .min(1)
    .describe(
      'folder of a finished run with vectors over the same items, by their ids; --teacher names it too. It may not have been ' +
        'trained on what this run’s graph holds out',
    ),
  weight: weightOption(1),
  temperature: temperatureNumber(0.2),
  of: z
    .enum(['vectors', 'scores'])
    .default('vectors')
    .describe(
      'vectors: a tower’s vector is told from others by the teacher’s of the same item, which must be as long; scores: users ' +
        'rank items as the teacher ranks them, whatever its vectors are',
    ),
  student: z
    .enum(['towers', 'rows'])
    .default('towers')
    .describe(
      'of scores: what users rank items by. towers: alone, so that items without clicks learn to stand for themselves; rows: what ' +
        'items are at the step, so that a small model learns all that a large one knows',
    ),
  numItems: z
    .union([z.literal('batch'), z.number().int().min(2)])
    .default('batch')
    .describe(
      'of scores: which items are ranked: those of the batch, or so many drawn uniformly over what the teacher knows, cold ones too ' +
        'where it has towers. Too many: steps take long',
    ),
  ids: z
    .enum(['learned', 'teacher'])
    .default('learned')
    .describe(
      'teacher: id rows are the teacher’s vectors and stay so, which must be as long; the towers alone are trained, as ALDI has it',
    ),
});
export type DistillationOptions = z.infer<typeof distillationSchema>;

/**
 * @param teacher scores, constants, `[numUsers, numItems]`
 * @param student scores of the same users and items
 */
export function scoreDistillation(
  teacher: tf.Tensor2D,
  student: tf.Tensor2D,
  { temperature }: Pick<DistillationOptions, 'temperature'>,
): tf.Scalar {
  const targets = tf.softmax(tf.div(teacher, temperature)) as tf.Tensor2D;
  return softCrossEntropy({ scores: student, targets, temperature });
}

export const distillationRow: { readonly schema: typeof distillationSchema; readonly doc: ConceptDoc } = {
  schema: distillationSchema,
  doc: {
    formula:
      'vectors: ½ (infoNCE(teacher → tower) + infoNCE(tower → teacher)) over the batch’s items; scores: the student’s softmax over the batch’s items follows the teacher’s',
    when: 'A model without features is good on items with clicks, and new items shall be ranked as it would rank them.',
    goesWrong:
      'A student is no better than its teacher on items that the teacher knows; a teacher that saw what is held out is refused.',
    source: 'ALDI: Huang et al. 2023, RecSys; Hinton et al. 2015, arXiv 1503.02531',
  },
};
