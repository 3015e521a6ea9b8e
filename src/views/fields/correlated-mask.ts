/**
 * Correlated feature masking (Yao et al. 2021, CIKM, arXiv 2007.12865, section 3.2.1): a seed field drawn at random is hidden
 * together with the ⌊n/2⌋ − 1 … fields that tell most about it by mutual information, so that a view can't be guessed from
 * what stands beside; the other view shows exactly what this one hides.
 *
 *   hidden = seed ∪ the ⌊n/2⌋ fields of largest I(seed; ·) of the other n − 1
 *
 * Deviation: the seed is drawn for each entity, theirs for a batch.
 */
import { z } from 'zod';
import { counterUniform, drawCounterKey } from '../../core/counter-rng.js';
import { defineFieldView, type FieldViewContext } from './field-view.js';

const correlatedMaskSchema = z.strictObject({ name: z.literal('correlated-mask') });

export const correlatedMask = defineFieldView({
  schema: correlatedMaskSchema,
  leastFields: () => 2,
  draw(context, _, rng) {
    const groups = hiddenWith(context);
    const key = drawCounterKey(rng);
    const hides = (field: number, entity: number): boolean =>
      groups[Math.floor(counterUniform(key, entity) * groups.length)][field] === 1;
    return {
      first: { keeps: (field, entity) => !hides(field, entity) },
      second: { keeps: hides },
    };
  },
  doc: {
    formula:
      'hidden = a seed field and the ⌊n/2⌋ fields with the highest mutual information with it; the other view shows those',
    when: 'Several fields of which some tell others: city and postcode, brand and category.',
    goesWrong: 'With fewer than three fields one view is nearly everything.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865',
  },
});

/** For each seed field: 1 for those that are hidden with it, `[numFields]` of `[numFields]`. */
function hiddenWith({ fields, mutualInformation }: FieldViewContext): Uint8Array[] {
  const information = mutualInformation();
  const count = fields.length;
  const most = Math.min(count - 1, Math.floor(count / 2));
  return fields.map((_, seed) => {
    const others = fields.map((_, field) => field).filter((field) => field !== seed);
    others.sort((a, b) => information[seed * count + b] - information[seed * count + a] || a - b);
    const hidden = new Uint8Array(count);
    // a view that hides everything would have nothing to say
    for (const field of [seed, ...others.slice(0, Math.min(most, count - 2))]) hidden[field] = 1;
    return hidden;
  });
}
