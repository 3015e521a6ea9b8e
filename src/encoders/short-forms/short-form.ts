/** A name that stands for rows and propagation together, with their options in one flat section. */
import type { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import type { AttributeOptions } from '../attributes-option.js';
import type { PropagationOptions } from '../propagation/registry.js';
import type { RowsOptions } from '../rows/registry.js';

/** An encoder written out: any rows go with any propagation. */
export interface EncoderParts {
  readonly embeddingDim: number;
  readonly rows: RowsOptions;
  readonly propagation: PropagationOptions;
  /** Features whose values are nodes of the graph. */
  readonly attributes: AttributeOptions;
}

export interface ShortForm<Options> {
  readonly schema: z.ZodType<Options>;
  readonly doc: ConceptDoc;
  parts(options: Options): EncoderParts;
}
