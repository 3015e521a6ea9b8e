/** Options of a tower: how the fields of an entity become one vector. */
import { z } from 'zod';
import { initializationSchema } from '../initialization.js';

export const towerSchema = z.strictObject({
  initialization: initializationSchema,
  fieldDim: z
    .union([z.literal('embeddingDim'), z.number().int().min(1).max(4096)])
    .default('embeddingDim')
    .describe(
      'length of a field’s vector. Too small: values with little in common share room; too large: rare values are learned by heart',
    ),
  join: z
    .enum(['sum', 'concat'])
    .default('sum')
    .describe(
      'how field vectors meet: added up, or side by side, so that what follows can weigh fields apart. A sum without layers is ' +
        'linear in the values: the cheapest tower, and on text a strong one',
    ),
  senet: z
    .boolean()
    .default(false)
    .describe('weighs every field of an entity by what all its fields say (FiBiNET); of use from about five fields on'),
  layers: z
    .array(z.number().int().min(1).max(4096))
    .max(3)
    .default([])
    .describe(
      'widths of hidden layers, 0 to 3 of them. Too many: a small catalogue is learned by heart, and new entities suffer',
    ),
  activation: z.enum(['relu', 'tanh']).default('relu').describe('of hidden layers'),
  norm: z
    .enum(['none', 'layer'])
    .default('none')
    .describe('layer: hidden layers are brought to mean 0 and deviation 1'),
  dropout: z
    .number()
    .min(0)
    .max(0.95)
    .default(0)
    .describe('share of hidden units left out at a training step. Too large: little is learned'),
  valueDropout: z
    .number()
    .min(0)
    .max(0.95)
    .default(0)
    .describe(
      'share of the values of every field hidden at a training step, words or tags above all; of fields with one value it hides the ' +
        'field. Too large: entities are told from too little',
    ),
});

/** As resolved. */
export type TowerOptions = z.infer<typeof towerSchema>;

/** Width of a field's vector. */
export function fieldDimOf({ fieldDim }: TowerOptions, embeddingDim: number): number {
  return fieldDim === 'embeddingDim' ? embeddingDim : fieldDim;
}

/** Widths from what the fields join to, through the hidden layers, to the embedding; one alone: the join is the embedding. */
export function layerWidths(options: TowerOptions, numFields: number, embeddingDim: number): number[] {
  const { join, layers } = options;
  const fieldDim = fieldDimOf(options, embeddingDim);
  const joined = join === 'concat' ? numFields * fieldDim : fieldDim;
  return join === 'sum' && layers.length === 0 && fieldDim === embeddingDim
    ? [embeddingDim]
    : [joined, ...layers, embeddingDim];
}
