/** What a row of the registry says of a negative source: the schema of its options, how to make it, and what `explain` prints. */
import type { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { NegativeSource, SourceContext } from './negative-source.js';

/** Options of all sources; `commonShape` has those about amount and schedule. */
type SourceSchema = z.ZodObject<{
  name: z.ZodLiteral<string>;
  fromStep: z.ZodType<number>;
  untilStep: z.ZodOptional<z.ZodType<number>>;
  afterStall: z.ZodOptional<z.ZodType<number>>;
}>;

/**
 * `create` is a method, so that TypeScript takes a row of particular options as a row of any; the options that a row gets are
 * always its own, as its schema has read them.
 */
export interface NegativeSourceRow<Schema extends SourceSchema = SourceSchema> {
  readonly schema: Schema;
  /** Whether it is of the kind `stored`, which has nothing at first and encodes over the whole graph. Absent: no. */
  readonly isStored?: boolean;
  create(context: SourceContext, options: z.infer<Schema>): NegativeSource;
  readonly doc: ConceptDoc;
}

/** A row with its options' types taken from its schema. */
export function defineNegativeSource<Schema extends SourceSchema>(
  row: NegativeSourceRow<Schema>,
): NegativeSourceRow<Schema> {
  return row;
}
