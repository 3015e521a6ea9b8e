/** Every pair of views of fields by name; see `field-view.ts` for what a row says. */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';
import { schemasOf } from '../../core/schemas-of.js';
import type { FieldMaskPair, FieldView, FieldViewContext } from './field-view.js';
import { SINGLE_RULES } from './single-rules.js';
import { together } from './together.js';

export const FIELD_VIEWS = Object.freeze({ ...SINGLE_RULES, together });
export type FieldViewName = keyof typeof FIELD_VIEWS;

export const fieldViewSchema = z.discriminatedUnion('name', schemasOf(FIELD_VIEWS));
export type FieldViewOptions = z.infer<typeof fieldViewSchema>;

/** @throws ConfigError `VIEW_FIELDS` for a view that would hide all that is known */
export function refuseFewFields({ name, ...options }: FieldViewOptions, numFields: number): void {
  const least = (FIELD_VIEWS[name] as FieldView).leastFields?.({ name, ...options }) ?? 1;
  if (numFields >= least) return;
  throw new ConfigError(
    'VIEW_FIELDS',
    `views.fields: ${name} deals out whole fields and needs ${least} at least, but the tower reads ${numFields}; choose value-dropout`,
  );
}

/** @param options as the schema has read them */
export function drawFieldView(context: FieldViewContext, options: FieldViewOptions, rng: Rng): FieldMaskPair {
  // the union and the table have the same keys, which the type system can't follow through the index
  return (FIELD_VIEWS[options.name] as FieldView).draw(context, options, rng);
}
