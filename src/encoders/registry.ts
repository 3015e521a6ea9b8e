/** Every encoder by name: its option schema, what it is like, and how to make it. */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { Encoder } from './encoder.js';
import { ENCODER_DOCS } from './encoder-docs.js';
import { createHistory, historySchema } from './history.js';
import { createLayerLogits } from './layer-weights.js';
import { createLightgcn, lightgcnSchema } from './lightgcn.js';
import { createNodeTable } from './node-table.js';
import { createTable, tableSchema } from './table.js';

interface EncoderRow {
  readonly schema: z.ZodType;
  /** Whether users have rows of their own. */
  readonly hasUserTable: boolean;
  readonly doc: ConceptDoc;
}

export const ENCODERS = Object.freeze({
  table: { schema: tableSchema, hasUserTable: true, doc: ENCODER_DOCS.table },
  lightgcn: { schema: lightgcnSchema, hasUserTable: true, doc: ENCODER_DOCS.lightgcn },
  history: { schema: historySchema, hasUserTable: false, doc: ENCODER_DOCS.history },
} satisfies Record<string, EncoderRow>);

export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];

/** One encoder's options, told apart by `name`. */
export const encoderSchema = z.discriminatedUnion('name', [tableSchema, lightgcnSchema, historySchema]);
export type EncoderOptions = z.infer<typeof encoderSchema>;

/** Layers that an encoder combines, and hops that its messages go. */
export function depthOf(options: EncoderOptions): { numLayers: number; numHops: number } {
  if (options.name === 'table') return { numLayers: 0, numHops: 0 };
  const { name, numLayers } = options;
  return { numLayers, numHops: name === 'history' ? numLayers + 1 : numLayers };
}

/** Whether an encoder can tell what items say to a user without a row. */
export function hearsItems(options: EncoderOptions): boolean {
  if (options.name !== 'lightgcn') return options.name === 'history';
  const { layerCombination, numLayers, residual } = options;
  const onlyOwnRow = Array.isArray(layerCombination) && layerCombination.slice(1).every((weight) => weight === 0);
  return numLayers > 0 && !onlyOwnRow && residual !== 'refined';
}

/**
 * Fresh variables of an encoder: `embedding`, one row a node that has one, and `layerWeights` where they are learned.
 * @param numValues attribute nodes
 */
export function createEncoderVariables(
  options: EncoderOptions,
  numUsers: number,
  numItems: number,
  seed: number,
  numValues = 0,
): Record<string, Variable> {
  const rows = ENCODERS[options.name].hasUserTable ? numUsers : 0;
  const embedding = createNodeTable(rows, numItems, options.embeddingDim, seed, numValues, options.initialization);
  const learned = options.name !== 'table' && options.layerCombination === 'learned';
  return learned ? { embedding, layerWeights: createLayerLogits(options.numLayers) } : { embedding };
}

/**
 * @param variables as `createEncoderVariables` makes them, or a checkpoint's
 * @param numUsers of the graph
 */
export function createEncoder(
  variables: Readonly<Record<string, Variable>>,
  options: EncoderOptions,
  numUsers: number,
): Encoder {
  switch (options.name) {
    case 'table':
      return createTable(variables);
    case 'lightgcn':
      return createLightgcn(variables, options);
    case 'history':
      return createHistory(variables, options, numUsers);
  }
}
