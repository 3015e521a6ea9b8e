/** The losses by name, with the option schema of each role: main, contrastive, prototypes, regularisation. */
import { z } from 'zod';

const weight = (fallback: number) =>
  /* Share in the joint objective; 0 switches the part off and saves its cost. */
  z.number().min(0).default(fallback);
const temperature = (fallback: number) => z.number().min(0.01).max(100).default(fallback);
/** How a user and an item are compared; must be what the index that serves them computes. */
const similarity = z.enum(['cosine', 'inner-product']);

export const inBatchSoftmaxSchema = z.strictObject({
  name: z.literal('in-batch-softmax'),
  weight: weight(1),
  similarity: similarity.default('cosine'),
  /** Too small: training follows the few hardest negatives, false ones first; too large: nothing is learned. */
  temperature: temperature(0.15),
  /** `frequency` subtracts log q(item); without it popular items are pushed down for being frequent in batches. */
  logQ: z.enum(['none', 'frequency']).default('frequency'),
  /** Further copies of the row's own positive among the candidates. */
  accidentalHits: z.enum(['remove', 'keep']).default('remove'),
  /** Other training items of the row's user among the candidates. */
  falseNegatives: z.enum(['remove', 'keep']).default('keep'),
  /** Uniform negatives appended to every batch (mixed negative sampling); 0 for none. */
  extraNegatives: z.number().int().min(0).default(0),
});

export const bprSchema = z.strictObject({
  name: z.literal('bpr'),
  weight: weight(1),
  similarity: similarity.default('inner-product'),
  /** Uniform negatives a positive. */
  numNegatives: z.number().int().min(1).max(1024).default(1),
});

export const infoNceSchema = z.strictObject({
  name: z.literal('info-nce').default('info-nce'),
  weight: weight(0),
  temperature: temperature(0.2),
  /** `in-batch`: the batch's nodes of the other view; `all-node`: every user (item), dearer by numNodes / batchSize. */
  candidates: z.enum(['in-batch', 'all-node']).default('in-batch'),
});

export const prototypesSchema = z.strictObject({
  /** `swav`: two views of a node; `concat`: a user and its positive item over shared (item) prototypes. */
  name: z.enum(['swav', 'concat']).default('swav'),
  weight: weight(0),
  /** Too few: clusters say nothing; too many (near the batch's distinct nodes): codes are noise, prototypes die. */
  numUserPrototypes: z.number().int().min(2).default(64),
  numItemPrototypes: z.number().int().min(2).default(64),
  temperature: temperature(0.1),
  epsilon: z.number().min(0.005).default(0.05),
  iterations: z.number().int().min(1).max(100).default(3),
  /** Prototypes stay fixed for so many steps, until the embeddings have some shape. */
  freezeSteps: z.number().int().min(0).default(0),
});

export const embeddingL2Schema = z.strictObject({ weight: weight(1e-4) });

export const lossesSchema = z.strictObject({
  main: z.discriminatedUnion('name', [inBatchSoftmaxSchema, bprSchema]).prefault({ name: 'in-batch-softmax' }),
  contrastive: infoNceSchema.prefault({}),
  prototypes: prototypesSchema.prefault({}),
  l2: embeddingL2Schema.prefault({}),
});
export type LossesOptions = z.infer<typeof lossesSchema>;
export type MainLossOptions = LossesOptions['main'];
export type PrototypeOptions = LossesOptions['prototypes'];
export type ContrastiveOptions = LossesOptions['contrastive'];

export const LOSSES = Object.freeze({
  'in-batch-softmax': { role: 'main', schema: inBatchSoftmaxSchema },
  bpr: { role: 'main', schema: bprSchema },
  'info-nce': { role: 'contrastive', schema: infoNceSchema },
  swav: { role: 'prototypes', schema: prototypesSchema },
  concat: { role: 'prototypes', schema: prototypesSchema },
  l2: { role: 'regularisation', schema: embeddingL2Schema },
} as const);
export type LossName = keyof typeof LOSSES;
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];
