/** Whole fields hidden at random: each field of each entity stays with probability 1 − fieldShare, in each view apart. */
import { z } from 'zod';
import { counterUniform, drawCounterKey } from '../../core/counter-rng.js';
import type { FieldMask } from '../../data/fields/field-mask.js';
import { defineFieldView } from './field-view.js';
import { keyOfField } from './value-dropout.js';

const randomMaskSchema = z.strictObject({
  name: z.literal('random-mask'),
  fieldShare: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.3)
    .describe(
      'share of fields that each view hides. Too small: the views agree for free; too large: only the missing agree',
    ),
});

export const randomMask = defineFieldView({
  schema: randomMaskSchema,
  draw(_, { fieldShare }, rng) {
    const viewOf = (): FieldMask => {
      const key = drawCounterKey(rng);
      return { keeps: (field, entity) => counterUniform(keyOfField(key, field), entity) >= fieldShare };
    };
    return { first: viewOf(), second: viewOf() };
  },
  doc: {
    formula: 'each field of each entity stays with probability 1 − fieldShare, in each view apart',
    when: 'Several fields that depend on each other: brand, category, colour.',
    goesWrong: 'With one field there is nothing left where it is hidden.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865',
  },
});
