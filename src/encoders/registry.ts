/** Every encoder by name: its option schema and how to make it over a fresh table. */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { Encoder } from './encoder.js';
import { ENCODER_DOCS } from './encoder-docs.js';
import { createLightgcn, type LightgcnOptions, lightgcnSchema } from './lightgcn.js';
import { createTable, tableSchema } from './table.js';

export const ENCODERS = Object.freeze({
  table: { schema: tableSchema, passesMessages: false, doc: ENCODER_DOCS.table },
  lightgcn: { schema: lightgcnSchema, passesMessages: true, doc: ENCODER_DOCS.lightgcn },
} satisfies Record<string, { schema: z.ZodType; passesMessages: boolean; doc: ConceptDoc }>);

export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];

/** One encoder's options, told apart by `name`. */
export const encoderSchema = z.discriminatedUnion('name', [tableSchema, lightgcnSchema]);
export type EncoderOptions = z.infer<typeof encoderSchema>;

/** @param ego table from `createNodeTable`, `[numNodes, embeddingDim]`; becomes the encoder's variable */
export function createEncoder(ego: Variable, options: EncoderOptions): Encoder {
  return options.name === 'lightgcn' ? createLightgcn(ego, options as LightgcnOptions) : createTable(ego);
}
