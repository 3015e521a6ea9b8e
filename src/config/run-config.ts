/**
 * The configuration of a run: one strict schema. A preset gives some keys, `--config` lays a file over it, `--set` lays
 * single keys over that; what is left out takes the defaults below (`resolve-config.ts`). The resolved whole is saved with
 * the run.
 */
import { z } from 'zod';
import { dataConfigSchema } from '../data/data-config.js';
import { encoderSchema } from '../encoders/index.js';
import { lossesSchema } from '../losses/index.js';
import { negativesSchema } from '../negatives/index.js';
import { viewSchema } from '../views/index.js';
import { positivesSchema } from './positives-options.js';
import { rankerSchema } from './ranker.js';

const viewsSchema = z.strictObject({
  /**
   * `two-views`: contrast first with second, both apart from the main pass (an `identity` view reuses the main pass).
   * `cross-layer`: the main pass itself runs on `first`, and its final embedding is contrasted with its own layer
   * `contrastLayer` (XSimGCL): one pass for everything.
   * `self`: no views; the main pass is contrasted with itself, which spreads nodes out (EGCF).
   */
  pairing: z.enum(['two-views', 'cross-layer', 'self']).default('two-views'),
  first: viewSchema.prefault({ name: 'identity' }),
  second: viewSchema.prefault({ name: 'identity' }),
  /** Layer that `cross-layer` contrasts with; 0 is the table. */
  contrastLayer: z.number().int().min(0).default(1),
  /** How often the views are drawn anew. `epoch` is cheaper for graph views; noise is drawn every step. */
  redraw: z.enum(['step', 'epoch']).default('step'),
});

const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant') }),
  z.strictObject({
    /** Linear rise over warmupSteps, then a cosine fall to finalRate · learningRate at the last planned step. */
    name: z.literal('cosine'),
    warmupSteps: z.number().int().min(0).default(0),
    finalRate: z.number().min(0).max(1).default(0.01),
  }),
]);

const trainingSchema = z.strictObject({
  batchSize: z.number().int().min(1).default(2048),
  epochs: z.number().int().min(1).default(100),
  /** Stop after so many steps, wherever in an epoch. */
  maxSteps: z.number().int().min(1).optional(),
  learningRate: z.number().positive().default(1e-3),
  schedule: scheduleSchema.prefault({ name: 'constant' }),
  /** `full`: messages over the whole graph; `sampled`: over drawn neighbours; `auto`: by size, see `propagation.ts`. */
  propagation: z.enum(['auto', 'full', 'sampled']).default('auto'),
  /**
   * Neighbours a node hears at each hop, the one next to the batch first. Too small: noisy neighbourhoods; too large: cost
   * multiplies from hop to hop, and from the largest degree on it is full propagation. Default: the head of 10, 5, 3, 2.
   */
  fanOut: z.array(z.number().int().min(1).max(100_000)).optional(),
  /** `lazy-adam` leaves rows without a gradient alone, moments included; `auto` takes it where neighbours are sampled. */
  optimizer: z.enum(['auto', 'adam', 'lazy-adam']).default('auto'),
  /**
   * So many times its value is added to the gradient of every row of the table, in the batch or not, before Adam's moments see
   * it (PyTorch's `weight_decay`). Rows that are seldom in a batch shrink most, since Adam scales steps by the gradient's size.
   */
  weightDecay: z.number().min(0).max(1).default(0),
  /** Epochs between validations. */
  evaluateEvery: z.number().int().min(1).default(1),
  /** Validations without improvement before stopping; 0 never stops early. */
  patience: z.number().int().min(0).default(10),
  /** Validation metric that chooses the best epoch: name@K. */
  monitor: z
    .string()
    .regex(/^(recall|precision|ndcg|hitRate|mrr|map)@\d+$/, 'expected a metric such as ndcg@20')
    .default('ndcg@20'),
  /** Steps between checkpoints inside an epoch; 0 saves at epoch ends only. */
  checkpointEvery: z.number().int().min(0).default(0),
  /** `train+valid` fits on the validation pairs too: no selection is possible, so epochs must be known beforehand. */
  fitOn: z.enum(['train', 'train+valid']).default('train'),
});

const evaluationSchema = z.strictObject({
  /** Most users ranked in an evaluation, a random sample of more; `auto` by `MAX_SCORES` in `held-out.ts`. */
  maxUsers: z.union([z.enum(['auto', 'all']), z.number().int().min(1)]).default('auto'),
  topK: z.array(z.number().int().min(1)).min(1).default([10, 20, 50]),
  /** How users and items are compared when ranking and exporting; `as-trained` follows losses.main.similarity. */
  similarity: z.enum(['as-trained', 'cosine', 'inner-product']).default('as-trained'),
});

export const runConfigSchema = z.strictObject({
  seed: z.number().int().min(0).default(42),
  /** Used when `train` is given a source instead of a built graph. */
  data: dataConfigSchema.prefault({}),
  ranker: rankerSchema.prefault({ name: 'embeddings' }),
  encoder: encoderSchema.prefault({ name: 'lightgcn' }),
  views: viewsSchema.prefault({}),
  losses: lossesSchema.prefault({}),
  positives: positivesSchema.prefault({}),
  negatives: negativesSchema.prefault({}),
  training: trainingSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
});
/** A resolved configuration: every key has its value. */
export type RunConfig = z.infer<typeof runConfigSchema>;
