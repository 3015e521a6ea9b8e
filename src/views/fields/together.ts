/** Several rules on one another: a value is in a view where all of them leave it there. */
import { z } from 'zod';
import { schemasOf } from '../../core/schemas-of.js';
import type { FieldMask } from '../../data/fields/field-mask.js';
import { defineFieldView, type FieldView } from './field-view.js';
import { SINGLE_RULES } from './single-rules.js';

const ruleSchema = z.discriminatedUnion('name', schemasOf(SINGLE_RULES));
type Rule = z.infer<typeof ruleSchema>;

const togetherSchema = z.strictObject({
  name: z.literal('together'),
  rules: z
    .array(ruleSchema)
    .min(2)
    .max(Object.keys(SINGLE_RULES).length)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'expected each rule once')
    .describe(
      'two or more of the other views of features, each with its options. Too much hidden: only the missing agree',
    ),
});

// the union and the table have the same keys, which the type system can't follow through the index
const rowOf = ({ name }: Rule): FieldView => SINGLE_RULES[name] as FieldView;

export const together = defineFieldView({
  schema: togetherSchema,
  leastFields: ({ rules }) => Math.max(...rules.map((rule) => rowOf(rule).leastFields?.(rule) ?? 1)),
  draw(context, { rules }, rng) {
    const pairs = rules.map((rule) => rowOf(rule).draw(context, rule, rng));
    return { first: underAll(pairs.map(({ first }) => first)), second: underAll(pairs.map(({ second }) => second)) };
  },
  doc: {
    formula: 'a value is in a view where each of the rules leaves it there',
    when: 'One rule is too mild alone: halves of the words, and a fifth of the dimensions.',
    goesWrong: 'What is left of a short row: three fields under two rules are often none.',
    source: 'Yao et al. 2021, CIKM, arXiv 2007.12865 (mask, then dropout of multi-valued fields)',
  },
});

/** Only one rule hides dimensions: each stands at most once. */
function underAll(masks: readonly FieldMask[]): FieldMask {
  const dimensions = masks.find((mask) => mask.dimensions)?.dimensions;
  return {
    keeps: (field, entity, entry) => masks.every((mask) => mask.keeps(field, entity, entry)),
    ...(dimensions && { dimensions }),
  };
}
