/** Every encoder by name: its option schema and how to make it over a fresh table. */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Encoder } from './encoder.js';
import { createLightgcn, type LightgcnOptions, lightgcnSchema } from './lightgcn.js';
import { createTable, tableSchema } from './table.js';

export const ENCODERS = Object.freeze({
  table: { schema: tableSchema, passesMessages: false },
  lightgcn: { schema: lightgcnSchema, passesMessages: true },
});

export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];

/** One encoder's options, told apart by `name`. */
export const encoderSchema = z.discriminatedUnion('name', [tableSchema, lightgcnSchema]);
export type EncoderOptions = z.infer<typeof encoderSchema>;

/** @param ego table from `createNodeTable`, `[numNodes, embeddingDim]`; becomes the encoder's variable */
export function createEncoder(ego: Variable, options: EncoderOptions): Encoder {
  return options.name === 'lightgcn' ? createLightgcn(ego, options as LightgcnOptions) : createTable(ego);
}
