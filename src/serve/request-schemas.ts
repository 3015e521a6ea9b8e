/** What a service is asked, and within which bounds: read by the routes and printed as OpenAPI. */
import { z } from 'zod';

/** Longest list that a request asks for, and most ids and requests in one. */
const MOST = Object.freeze({
  k: 1000,
  ids: 10_000,
  history: 5000,
  rows: 1000,
  batch: 1000,
  idLength: 4096,
  dims: 8192,
  /** Of a vector's numbers: sums of products of larger ones may leave what float32 holds. */
  magnitude: 1e15,
});

const id = z.string().max(MOST.idLength);
const ids = (most: number) => z.array(id).max(most);
const cell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string(), z.number()])).max(MOST.dims),
]);
const features = z.record(z.string().max(200), cell).describe('columns of the tower, by name');
const bundle = z.string().max(200).optional().describe('name of the bundle; the first one by default');
const k = z.int().min(1).max(MOST.k).default(20).describe('items wanted');

const filter = z
  .strictObject({
    where: z
      .string()
      .max(10_000)
      .optional()
      .describe('condition over columns of the catalogue: category in (a, b) and price < 20'),
    allow: ids(MOST.ids).optional().describe('the only items that may come'),
    deny: ids(MOST.ids).optional().describe('items that must not come'),
    maxPer: z.record(z.string().max(200), z.int().min(1)).optional().describe('most items of one value of a column'),
    quotas: z
      .record(z.string().max(200), z.record(z.string().max(200), z.int().min(1)))
      .optional()
      .describe('least items of a value: {"genre": {"drama": 3}}'),
    mmr: z
      .strictObject({ lambda: z.number().min(0).max(1).optional(), pool: z.int().min(1).max(10_000).optional() })
      .optional()
      .describe('diversity by maximal marginal relevance'),
  })
  .describe('what may come, and what the list must keep to');

const board = z.strictObject({
  by: z.enum(['popular', 'newest']).optional().describe('most users first, or latest first'),
  windowDays: z.number().positive().optional().describe('days before the end of training that count'),
});

export const recommendSchema = z.strictObject({
  bundle,
  user: id.optional().describe('a user that the bundle may have'),
  history: ids(MOST.history).optional().describe('items that somebody had, latest last'),
  features: features.optional(),
  vector: z
    .array(z.number().min(-MOST.magnitude).max(MOST.magnitude))
    .max(MOST.dims)
    .optional()
    .describe('a user vector made elsewhere; instead of all of the above'),
  k,
  filter: filter.optional(),
  includeKnown: z.boolean().default(false).describe('also items that the user had'),
  seen: z
    .array(z.enum(['train', 'validation', 'test']))
    .optional()
    .describe('parts whose items are left out'),
  fallback: z
    .union([z.literal(false), board, z.array(board).min(1).max(10)])
    .default({})
    .describe('what is shown where nothing is known, or of several the first that fills the list; false: an error'),
  explain: z.boolean().default(false).describe('names, beside each item, those of the history that speak for it most'),
});

export const similarSchema = z.strictObject({
  bundle,
  item: id.optional(),
  features: features.optional(),
  k,
  filter: filter.optional(),
});

export const embedSchema = z.strictObject({
  bundle,
  items: z.array(features).max(MOST.rows).optional().describe('rows of new items'),
  users: z
    .array(z.strictObject({ history: ids(MOST.history).optional(), features: features.optional() }))
    .max(MOST.rows)
    .optional()
    .describe('what is known of new users'),
});

export const batchSchema = z.strictObject({
  bundle,
  requests: z
    .array(recommendSchema.omit({ bundle: true }))
    .min(1)
    .max(MOST.batch),
});

export type RecommendRequest = z.infer<typeof recommendSchema>;
export type SimilarRequest = z.infer<typeof similarSchema>;
export type EmbedRequest = z.infer<typeof embedSchema>;
export type BatchRequest = z.infer<typeof batchSchema>;
