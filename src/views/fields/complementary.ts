/**
 * Two disjoint halves of what is known: each value of an entity is in one view and hidden in the other, so that the views have
 * nothing in common but the entity. With `masks: fields` whole fields go to one view or the other (random feature masking: Yao et
 * al. 2021, CIKM, arXiv 2007.12865, section 3.2.1).
 */
import { z } from 'zod';
import { counterUniform, drawCounterKey } from '../../core/counter-rng.js';
import { defineFieldView } from './field-view.js';
import { keyOfField } from './value-dropout.js';

const complementarySchema = z.strictObject({
  name: z.literal('complementary'),
  of: z
    .enum(['values', 'fields'])
    .default('values')
    .describe('what is dealt to the two views: single values, or whole fields, which takes several of them'),
});

export const complementary = defineFieldView({
  schema: complementarySchema,
  leastFields: ({ of }) => (of === 'fields' ? 2 : 1),
  draw(_, { of }, rng) {
    const key = drawCounterKey(rng);
    const isFirst = (field: number, entity: number, entry: number): boolean =>
      counterUniform(keyOfField(key, field), of === 'values' ? entry : entity) < 0.5;
    return {
      first: { keeps: isFirst },
      second: { keeps: (field, entity, entry) => !isFirst(field, entity, entry) },
    };
  },
  doc: {
    formula: 'each value (or field) is in one of the two views, by a coin of its own',
    when: 'Much is known and it says the same twice, as words of a text do.',
    goesWrong: 'Halves of fields that say different things can’t agree: a brand does not tell a price.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865',
  },
});
