/**
 * Two views of what is known of entities: what each hides of their fields. Drawn for one step; entities draw apart from each
 * other, by counter, so that neither the order nor the number of them changes what is hidden.
 */
import type { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import type { Rng } from '../../core/rng.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import type { FieldMask } from '../../data/fields/field-mask.js';

export interface FieldViewContext {
  readonly fields: readonly EncodedField[];
  /**
   * Mutual information of each pair of fields in nats, `[numFields, numFields]` row-major; asked for by what needs it.
   */
  mutualInformation(): Float64Array;
}

export interface FieldMaskPair {
  readonly first: FieldMask;
  readonly second: FieldMask;
}

type FieldViewSchema = z.ZodObject<{ name: z.ZodLiteral<string> }>;

/** A row of the registry; options as in `../view.ts`. */
export interface FieldView<Schema extends FieldViewSchema = FieldViewSchema> {
  readonly schema: Schema;
  /** Fewest fields with which its views have something to say; absent: 1. */
  leastFields?(options: z.infer<Schema>): number;
  draw(context: FieldViewContext, options: z.infer<Schema>, rng: Rng): FieldMaskPair;
  readonly doc: ConceptDoc;
}

/** A row with its options' types taken from its schema. */
export function defineFieldView<Schema extends FieldViewSchema>(row: FieldView<Schema>): FieldView<Schema> {
  return row;
}
