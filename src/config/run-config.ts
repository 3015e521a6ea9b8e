/**
 * The configuration of a run: one strict schema. A preset gives some keys, `--config` lays a file over it, `--set` lays
 * single keys over that; what is left out takes the defaults below (`resolve-config.ts`). The resolved whole is saved with
 * the run. The schema is made of the registries that names are chosen from.
 */
import { z } from 'zod';
import { dataConfigSchema } from '../data/data-config.js';
import { encoderSchemaOf, ROWS } from '../encoders/index.js';
import { monitorableMetrics, monitorPattern, type OwnMetrics, TASK_NAMES } from '../evaluation/index.js';
import { LOSS_TABLES, lossesSchemaOf } from '../losses/index.js';
import { NEGATIVE_SOURCES, negativesSchemaOf } from '../negatives/index.js';
import { fieldViewSchema, VIEWS, viewSchemaOf } from '../views/index.js';
import { coldStartSchema } from './cold-start-options.js';
import { positivesSchema } from './positives-options.js';
import { rankerSchema } from './ranker.js';

function viewsSchemaOf(views: typeof VIEWS) {
  const view = viewSchemaOf(views);
  return z.strictObject({
    pairing: z
      .enum(['two-views', 'cross-layer', 'self'])
      .default('two-views')
      .describe(
        'two-views: first against second, both apart from the main pass; an identity view reuses the main pass. cross-layer: the ' +
          'main pass runs on first, and its final embedding is contrasted with its own layer contrastLayer (XSimGCL): one pass ' +
          'for everything. self: no views; the main pass is contrasted with itself: nodes of a side push each other apart (EGCF)',
      ),
    first: view.prefault({ name: 'identity' }).describe('one of the two passes that are contrasted'),
    second: view
      .prefault({ name: 'identity' })
      .describe('the other one; stays identity under cross-layer, which runs the first alone'),
    contrastLayer: z
      .number()
      .int()
      .min(0)
      .default(1)
      .describe(
        'layer that cross-layer contrasts with; 0 is the table (of history: the items’ rows and the users made of them)',
      ),
    fields: fieldViewSchema
      .prefault({ name: 'value-dropout' })
      .describe('what losses.features hides of the fields of an entity in its two views'),
    redraw: z
      .enum(['step', 'epoch'])
      .default('step')
      .describe(
        'how often graph views are drawn anew; epoch is cheaper, since drawing looks at every edge. Noise is drawn every step',
      ),
  });
}

const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant') }),
  z.strictObject({
    name: z.literal('cosine'),
    warmupSteps: z.number().int().min(0).default(0).describe('steps of the linear rise before the fall'),
    finalRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('share of the learning rate that is left at the end of training.epochs (maxSteps stops before)'),
  }),
]);

/** What version 0.1 did not have; see earlier-forms.ts. */
export const STALL_SHARE = 0.25;

const trainingSchemaOf = (ownMetrics: OwnMetrics) =>
  z.strictObject({
    batchSize: z
      .number()
      .int()
      .min(1)
      .default(2048)
      .describe('positives a step, and so the number of in-batch negatives'),
    epochs: z
      .number()
      .int()
      .min(1)
      .default(100)
      .describe('at most so many; every training interaction occurs once an epoch'),
    maxSteps: z.number().int().min(1).optional().describe('stop after so many steps, wherever in an epoch'),
    learningRate: z
      .number()
      .positive()
      .default(1e-3)
      .describe(
        'of Adam. Small data sets (under 100,000 interactions) want 0.005 to 0.01. Too small: epochs run out; too large: ' +
          'validation jumps about',
      ),
    schedule: scheduleSchema
      .prefault({ name: 'constant' })
      .describe('constant; or cosine: a linear rise over warmupSteps, then a fall to finalRate'),
    propagation: z
      .enum(['auto', 'full', 'sampled'])
      .default('auto')
      .describe(
        'full: messages pass over the whole graph. sampled: over drawn neighbours of the batch (GraphSAGE), so that a step costs ' +
          'batch × fan-outs whatever the graph; unbiased for the messages, with noise. auto samples from (edges + nodes) × ' +
          'dimensions × 4 bytes ≥ 1 GiB on (about 4 million edges at 64), unless all-node candidates or a view need the whole graph',
      ),
    fanOut: z
      .array(z.number().int().min(1).max(100_000))
      .optional()
      .describe(
        'most neighbours a node hears at each hop, the one next to the batch first; one number a hop (history has one hop more ' +
          'than layers). Without it: as many of 10, 5, 3, 2 as there are hops. Too small: neighbourhoods are noise; too large: ' +
          'cost multiplies from hop to hop, and from the largest degree on it is full propagation',
      ),
    optimizer: z
      .enum(['auto', 'adam', 'lazy-adam'])
      .default('auto')
      .describe(
        'lazy-adam: rows without a gradient keep values and moments (as TensorFlow Addons’ LazyAdam), so that a step touches its ' +
          'own rows only. auto: lazy where neighbours are sampled',
      ),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'so many times its value is added to the gradient of every row of the table, in the batch or not, before Adam’s moments ' +
          'see it (PyTorch’s weight_decay; with lazy-adam to rows in the batch). As Adam scales steps, rows seldom in a batch ' +
          'shrink most: what ranks by inner products learns popularity from it. Too large: rare items vanish. losses.l2 is about ' +
          'rows of the batch alone',
      ),
    averageDecay: z
      .number()
      .min(0)
      .max(0.99)
      .default(0)
      .describe(
        'validate, keep and serve an exponential moving average of the weights over epochs, in which an epoch counts this much ' +
          'less than the next (Polyak and Juditsky 1992, once an epoch); 0: the weights themselves. Training goes on from the ' +
          'weights. Too large: the average is old, and the best epoch comes late; too small: it averages nothing',
      ),
    evaluateEvery: z.number().int().min(1).default(1).describe('epochs between validations'),
    patience: z
      .number()
      .int()
      .min(0)
      .default(10)
      .describe(
        'validations without improvement before stopping, of those that stallShare counts; 0 never stops early',
      ),
    stallShare: z
      .union([z.number().positive().max(1), z.literal('any')])
      .default(STALL_SHARE)
      .describe(
        'patience does not run while the main loss still falls: a validation without improvement counts only where less than ' +
          'this share of the loss’s fall so far came in the latter half of the epochs so far. Too small: training goes on long ' +
          'after it has learned; too large (a straight fall is 0.5): it stops in the dip of sgl, simgcl and xsimgcl, whose ranking ' +
          'gets worse before it gets better. any: every validation counts',
      ),
    monitor: z
      .string()
      .regex(
        monitorPattern(monitorableMetrics(ownMetrics)),
        `expected a metric such as ndcg@20, or one of a task such as cold.ndcg@20 (tasks: ${TASK_NAMES.join(', ')})`,
      )
      .default('ndcg@20')
      .describe(
        'validation metric that chooses the epoch: recall, precision, ndcg, hitRate, mrr or map, @K; its K must be in ' +
          'evaluation.topK. Of all pairs, or with a task before it, of that task: cold.ndcg@20 chooses by cold items among ' +
          'themselves, warm.recall@20 by the others',
      ),
    checkpointEvery: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('steps between checkpoints inside an epoch; 0 saves at epoch ends (and on Ctrl-C)'),
    fitOn: z
      .enum(['train', 'train+valid'])
      .default('train')
      .describe(
        'train+valid fits on validation pairs too: no selection is possible, so set epochs to what was selected before',
      ),
  });

const evaluationSchema = z.strictObject({
  maxUsers: z
    .union([z.enum(['auto', 'all']), z.number().int().min(1)])
    .default('auto')
    .describe(
      'most users ranked in an evaluation; of more, a random sample, always the same, and the report says out of how many. ' +
        'auto: 10^10 scores (users × items), which no public benchmark set reaches. Too small: wide intervals; too large: time',
    ),
  topK: z.array(z.number().int().min(1)).min(1).default([10, 20, 50]).describe('the Ks of every metric'),
  similarity: z
    .enum(['as-trained', 'cosine', 'inner-product'])
    .default('as-trained')
    .describe('how ranking and export compare users and items; as-trained follows losses.main.similarity'),
});

/** What a configuration chooses from by name. */
export const BUILT_IN_TABLES = Object.freeze({
  losses: LOSS_TABLES,
  views: VIEWS,
  rows: ROWS,
  negativeSources: NEGATIVE_SOURCES,
  ownMetrics: {} as OwnMetrics,
});

/** The schema over some tables; its type is that of the built-in ones. */
export const runConfigSchemaOf = (tables: typeof BUILT_IN_TABLES) =>
  z.strictObject({
    seed: z
      .number()
      .int()
      .min(0)
      .default(42)
      .describe(
        'seed of everything random in training. The same seed on the same machine gives the same weights, bit for bit',
      ),
    /** Used when `train` is given a source instead of a built graph. */
    data: dataConfigSchema.prefault({}),
    ranker: rankerSchema
      .prefault({ name: 'embeddings' })
      .describe(
        'what ranks: the embeddings of the encoder, or what needs no training; fused stands in runs that twinlight fuse made',
      ),
    encoder: encoderSchemaOf(tables.rows)
      .prefault({ name: 'lightgcn' })
      .describe('what turns tables and graph into embeddings'),
    views: viewsSchemaOf(tables.views).prefault({}),
    losses: lossesSchemaOf(tables.losses).prefault({}),
    coldStart: coldStartSchema.prefault({}),
    positives: positivesSchema.prefault({}),
    negatives: negativesSchemaOf(tables.negativeSources).prefault({}),
    training: trainingSchemaOf(tables.ownMetrics).prefault({}),
    evaluation: evaluationSchema.prefault({}),
  });

export const runConfigSchema = runConfigSchemaOf(BUILT_IN_TABLES);
/** A resolved configuration: every key has its value. */
export type RunConfig = z.infer<typeof runConfigSchema>;
