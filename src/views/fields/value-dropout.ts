/**
 * Values left out at random: each value of each field stays with probability 1 − share, drawn for both views apart (the
 * "dropout" of categorical features with several values: Yao et al. 2021, CIKM, arXiv 2007.12865, section 3.2.2).
 */
import { z } from 'zod';
import { type CounterKey, counterUniform, drawCounterKey } from '../../core/counter-rng.js';
import type { FieldMask } from '../../data/fields/field-mask.js';
import { defineFieldView } from './field-view.js';

const valueDropoutSchema = z.strictObject({
  name: z.literal('value-dropout'),
  share: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.5)
    .describe(
      'share of values that each view hides. Too small: the views agree for free; too large: nothing is left to agree on',
    ),
});

export const valueDropout = defineFieldView({
  schema: valueDropoutSchema,
  draw(_, { share }, rng) {
    const viewOf = (): FieldMask => {
      const key = drawCounterKey(rng);
      return { keeps: (field, _entity, entry) => counterUniform(keyOfField(key, field), entry) >= share };
    };
    return { first: viewOf(), second: viewOf() };
  },
  doc: {
    formula: 'each value of each field stays with probability 1 − share, in each view apart',
    when: 'Fields with many values: words, tags, brands in a basket.',
    goesWrong: 'Of fields with one value it hides the whole field.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865',
  },
});

/** A key of its own for each field. */
export function keyOfField(key: CounterKey, field: number): CounterKey {
  return { low: (key.low + Math.imul(field + 1, 0x9e3779b9)) >>> 0, high: key.high };
}
