/**
 * The options of an encoder, in two forms: a name that stands for rows and propagation together (`short-forms/`), or both
 * written out. Nothing but `encoderParts` tells the forms apart.
 */
import { z } from 'zod';
import { attributesSchema } from './attributes-option.js';
import { embeddingDimSchema } from './embedding-dim.js';
import { MAX_HOPS } from './propagation/layer-options.js';
import { propagationKind, propagationSchema } from './propagation/registry.js';
import { ROWS, rowsHear, rowsSchemaOf } from './rows/registry.js';
import { history, historySchema } from './short-forms/history.js';
import { lightgcn, lightgcnSchema } from './short-forms/lightgcn.js';
import type { EncoderParts, ShortForm } from './short-forms/short-form.js';
import { table, tableSchema } from './short-forms/table.js';

/** Every short form by name. */
export const ENCODERS = Object.freeze({ table, lightgcn, history });
export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];

/** Rows and propagation written out; without a name, which tells the short forms apart. */
const partsSchemaOf = (table: typeof ROWS) =>
  z
    .strictObject({
      name: z.undefined().optional(),
      embeddingDim: embeddingDimSchema,
      rows: rowsSchemaOf(table).describe('what layer 0 is made of; in place of a name'),
      propagation: propagationSchema.describe('what becomes of layer 0; in place of a name'),
      attributes: attributesSchema,
    })
    .superRefine(({ rows, propagation, attributes }, context) => {
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
      const hears = rowsHear(rows, table);
      const numLayers = propagationKind(propagation).numLayers(propagation);
      if (hears && numLayers >= MAX_HOPS) {
        refuse(`rows ${rows.name} take a hop of their own: ${MAX_HOPS - 1} at most`, 'propagation', 'numLayers');
      }
      if (attributes.length === 0) return;
      if (rows.name === 'tower')
        refuse('rows tower read fields themselves; attribute nodes go with table', 'attributes');
      if (hears) refuse(`rows ${rows.name} are made of items alone, not of attribute nodes`, 'attributes');
      if (propagation.name === 'lightgcn-plus-plus') {
        refuse('propagation lightgcn-plus-plus counts the edges of users and items alone', 'attributes');
      }
      if (propagation.name === 'none') refuse('propagation none passes no messages to attribute nodes', 'attributes');
    });

/** An encoder's options; the short forms are told apart by `name`. The type is that of the registry's rows. */
export const encoderSchemaOf = (rows: typeof ROWS) =>
  z.discriminatedUnion('name', [lightgcnSchema, historySchema, tableSchema, partsSchemaOf(rows)]);
export const encoderSchema = encoderSchemaOf(ROWS);
export type EncoderOptions = z.infer<typeof encoderSchema>;

/** Rows and propagation of an encoder, whichever form its options have. */
export function encoderParts(options: EncoderOptions): EncoderParts {
  if (options.name === undefined) return options;
  // the union and the table have the same keys, which the type system can't follow through the index
  const form = ENCODERS[options.name] as ShortForm<typeof options>;
  return form.parts(options);
}
