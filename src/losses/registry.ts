/** The losses by name, with the option schema of each role: main, contrastive, prototypes, regularisation. */
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import { LOSS_DOCS } from './loss-docs.js';

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
  /**
   * `frequency` subtracts log q(item); without it popular items are pushed down for being frequent in batches. `refined`
   * does so for the negatives only, since the positive is not drawn (arXiv 2507.09331).
   */
  logQ: z.enum(['none', 'frequency', 'refined']).default('frequency'),
});

export const bprSchema = z.strictObject({
  name: z.literal('bpr'),
  weight: weight(1),
  similarity: similarity.default('inner-product'),
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

interface LossEntry {
  readonly role: 'main' | 'contrastive' | 'prototypes' | 'regularisation';
  readonly schema: z.ZodType;
  /**
   * Of a main loss, what it compares with: `softmax`, all candidates at once; `pairwise`, one negative of a positive at a
   * time; `none`.
   */
  readonly negatives?: 'softmax' | 'pairwise' | 'none';
  readonly doc: ConceptDoc;
}

export const LOSSES = Object.freeze({
  'in-batch-softmax': {
    role: 'main',
    schema: inBatchSoftmaxSchema,
    negatives: 'softmax',
    doc: LOSS_DOCS['in-batch-softmax'],
  },
  bpr: { role: 'main', schema: bprSchema, negatives: 'pairwise', doc: LOSS_DOCS.bpr },
  'info-nce': { role: 'contrastive', schema: infoNceSchema, doc: LOSS_DOCS['info-nce'] },
  swav: { role: 'prototypes', schema: prototypesSchema, doc: LOSS_DOCS.swav },
  concat: { role: 'prototypes', schema: prototypesSchema, doc: LOSS_DOCS.concat },
  l2: { role: 'regularisation', schema: embeddingL2Schema, doc: LOSS_DOCS.l2 },
} as const satisfies Record<string, LossEntry>);
export type LossName = keyof typeof LOSSES;
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];
