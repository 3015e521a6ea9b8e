/**
 * What a run ranks by: the embeddings that it trains, or a model that needs no training, which every trained one must beat.
 * Sections about training mean nothing to the latter.
 */
import { z } from 'zod';
import {
  CONTENT_NEIGHBOURS_DEFAULTS,
  EASE_DEFAULTS,
  FUSION_SIMILARITIES,
  GRAPH_FILTER_DEFAULTS,
  ITEM_KNN_DEFAULTS,
} from '../retrieval/index.js';

/** Numbers a vector of a truncated decomposition, which costs their square. */
const rank = z.number().int().min(1).max(512);

/** Products or cosines of the embeddings that `encoder` and everything about training make. */
const embeddingsSchema = z.strictObject({ name: z.literal('embeddings') });

/** Rank by training degree. Has an embedding form (user 1, item degree), so it exports like any other. */
const popularitySchema = z.strictObject({
  name: z.literal('popularity'),
  segment: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a categorical user feature: popularity among users of the same value, the baseline for users of whom nothing else is known',
    ),
});

const fields = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('item features that count, each as much as another; all where absent');

/** Inner product of item content with the sum of what the user had. Ranks without vectors, so it can't be exported. */
const contentKnnSchema = z.strictObject({ name: z.literal('content-knn'), fields });

/** A finished run, its cold items at the mean of their content neighbours' vectors (ColdRec's KNN). */
const contentNeighboursSchema = z.strictObject({
  name: z.literal('content-neighbours'),
  run: z
    .string()
    .min(1)
    .optional()
    .describe('folder of a finished run of the same graph, whose vectors are taken over; --teacher names it too'),
  fields,
  numNeighbors: z
    .number()
    .int()
    .min(1)
    .default(CONTENT_NEIGHBOURS_DEFAULTS.numNeighbors)
    .describe(
      'warm items whose vectors a cold one gets the mean of. Too few: one neighbour’s accident; too many: a blur',
    ),
});

/** Item-item cosine over co-occurring users (Sarwar et al. 2001). Without a rank it has no vectors, and can't be exported. */
const itemKnnSchema = z.strictObject({
  name: z.literal('item-knn'),
  numNeighbors: z
    .number()
    .int()
    .min(1)
    .default(ITEM_KNN_DEFAULTS.numNeighbors)
    .describe('neighbours kept an item. Too few: candidates run out; too many: weak similarities add noise and time'),
  shrink: z
    .number()
    .min(0)
    .default(ITEM_KNN_DEFAULTS.shrink)
    .describe('added to the denominator: damps similarities that rest on few common users'),
  unitUsers: z
    .boolean()
    .default(ITEM_KNN_DEFAULTS.unitUsers)
    .describe('each user’s row is scaled to length 1, so that a heavy user says less about any one pair'),
  rank: rank
    .optional()
    .describe(
      'numbers a vector: the table of neighbours by its largest singular values, so that the run can be exported. Absent: the table itself, and no vectors',
    ),
});

/** What the largest singular values of the normalised graph keep of it (the low-pass filter of GF-CF, Shen et al. 2021). */
const graphFilterSchema = z.strictObject({
  name: z.literal('graph-filter'),
  rank: rank
    .default(GRAPH_FILTER_DEFAULTS.rank)
    .describe(
      'singular vectors kept: numbers a vector. Too few: little but popularity; too many: what single users happened to take comes back',
    ),
});

/** Every item regressed on all others (EASE, Steck 2019), by the first singular vectors of the pairs. */
const easeSchema = z.strictObject({
  name: z.literal('ease'),
  rank: rank
    .default(EASE_DEFAULTS.rank)
    .describe(
      'singular vectors kept: numbers a vector. Too few: rarer tastes are lost; with all of them it is EASE itself',
    ),
  regularization: z
    .number()
    .gt(0)
    .default(EASE_DEFAULTS.regularization)
    .describe('λ, in pairs. Too small: what single users happened to take decides; too large: little but popularity'),
});

/** Finished runs as one; made by `fuseRuns`, never trained. */
const fusedSchema = z.strictObject({
  name: z.literal('fused'),
  mode: z
    .enum(['parallel', 'serial'])
    .describe('parallel: one index of vectors side by side; serial: one run after another'),
  runs: z
    .array(z.string())
    .min(1)
    .describe(
      'folders, relative to the fused run’s; in series the easy run first; a single one where dim cuts it back',
    ),
  weights: z.array(z.number().positive()).optional().describe('of parallel: α of each run'),
  similarity: z
    .enum(FUSION_SIMILARITIES)
    .optional()
    .describe('of parallel: all by cosine, or each run as it ranks by itself'),
  dim: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'of parallel: numbers that a vector is cut back to, those that keep the scores best; absent: all of them',
    ),
  numCandidates: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('of serial: items of the first run that the second orders'),
});

export const rankerSchema = z.discriminatedUnion('name', [
  embeddingsSchema,
  popularitySchema,
  itemKnnSchema,
  graphFilterSchema,
  easeSchema,
  contentKnnSchema,
  contentNeighboursSchema,
  fusedSchema,
]);
