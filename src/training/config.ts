/**
 * The configuration of a run: one strict schema. A preset gives some keys, `--config` lays a file over it, `--set` lays
 * single keys over that; what is left out takes the defaults below. The resolved whole is saved with the run.
 */
import { z } from 'zod';
import { mergeConfigLayers } from '../core/config-layers.js';
import { ConfigError } from '../core/errors.js';
import { type ConfigObject, parseStrict } from '../core/strict-config.js';
import { dataConfigSchema } from '../data/data-config.js';
import { depthOf, ENCODERS } from '../encoders/index.js';
import { lossesSchema } from '../losses/index.js';
import { negativesSchema } from '../negatives/index.js';
import { VIEWS, viewSchema } from '../views/index.js';
import { checkNegatives } from './negatives-check.js';
import { positivesSchema } from './positives.js';
import { checkPropagation } from './propagation.js';
import { fusedSchema, itemKnnSchema, popularitySchema } from './untrained.js';

const encoderSchema = z.discriminatedUnion('name', [
  ENCODERS.lightgcn.schema,
  ENCODERS.history.schema,
  ENCODERS.table.schema,
  popularitySchema,
  itemKnnSchema,
  fusedSchema,
]);

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
  encoder: encoderSchema.prefault({ name: 'lightgcn' }),
  views: viewsSchema.prefault({}),
  losses: lossesSchema.prefault({}),
  positives: positivesSchema.prefault({}),
  negatives: negativesSchema.prefault({}),
  training: trainingSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/**
 * Lays the layers over one another (later wins), fills in defaults and checks what no single key can show.
 * @throws ConfigError `CONFIG_INVALID` naming the path, or `CONFIG_CONFLICT` for keys that contradict each other
 */
export function resolveConfig(layers: readonly ConfigObject[], where: string): RunConfig {
  const config = parseStrict(runConfigSchema, mergeConfigLayers(runConfigSchema, layers), where);
  checkConflicts(config, where);
  return config;
}

function checkConflicts(config: RunConfig, where: string): void {
  const { encoder, views, losses, negatives, training, evaluation } = config;
  const conflict = (message: string): never => {
    throw new ConfigError('CONFIG_CONFLICT', `${where}: ${message}`);
  };
  if (encoder.name === 'popularity' || encoder.name === 'item-knn' || encoder.name === 'fused') return;
  const monitoredK = Number(training.monitor.split('@')[1]);
  if (!evaluation.topK.includes(monitoredK)) {
    conflict(`training.monitor is ${training.monitor}, but evaluation.topK is [${evaluation.topK}]; add ${monitoredK}`);
  }
  const usesViews =
    losses.contrastive.weight > 0 || (losses.prototypes.weight > 0 && losses.prototypes.name === 'swav');
  const usesPairs = losses.main.weight > 0 || losses.auxiliary.weight > 0;
  if (!usesPairs && !usesViews && losses.prototypes.weight === 0) {
    conflict('every loss weight is 0: there is nothing to train');
  }
  if (!usesPairs && !usesViews && losses.prototypes.name === 'prototype-nce') {
    conflict(
      'prototype-nce alone trains nothing before its first clusters, which then hold what is there; add a main loss',
    );
  }
  const { main } = losses;
  if (main.weight > 0 && 'temperature' in main && typeof main.temperature === 'object') {
    if (main.temperature.name === 'adaptive' && main.similarity !== 'cosine') {
      conflict('an adaptive temperature is set from cosines; losses.main.similarity must be cosine');
    }
  }
  const negativesProblem = checkNegatives(negatives, losses.main, training);
  if (losses.main.weight > 0 && negativesProblem) conflict(negativesProblem);
  for (const slot of ['first', 'second'] as const) {
    if (views[slot].name !== 'attribute-mask' || ('attributes' in encoder && encoder.attributes.length > 0)) continue;
    conflict(
      `views.${slot} is attribute-mask, which masks edges to attribute nodes, but the encoder has none; list features in ` +
        'encoder.attributes',
    );
  }
  if (losses.l2.attributes && !('attributes' in encoder && encoder.attributes.length > 0)) {
    conflict(
      'losses.l2.attributes is true, but the encoder has no attribute nodes; list features in encoder.attributes',
    );
  }
  checkPropagation(config, where);
  if (views.pairing === 'cross-layer') {
    const { numLayers } = depthOf(encoder);
    if (views.contrastLayer > numLayers) {
      conflict(`views.contrastLayer is ${views.contrastLayer}, but the encoder has ${numLayers} layers`);
    }
    if (usesViews && numLayers === 0) conflict('cross-layer views need an encoder with layers');
    if (views.second.name !== 'identity') {
      conflict(
        `views.pairing is cross-layer, which runs views.first alone; views.second is ${views.second.name}: set it to identity, ` +
          'or choose two-views',
      );
    }
  } else if (views.pairing === 'self') {
    if (views.first.name !== 'identity' || views.second.name !== 'identity') {
      conflict(
        'views.pairing is self, which has no views; leave views.first and views.second out, or choose two-views',
      );
    }
    if (losses.prototypes.weight > 0 && losses.prototypes.name === 'swav') {
      conflict('swav predicts one view from another; with views.pairing self there is one only');
    }
  } else if (usesViews) {
    if (views.first.name === 'identity' && views.second.name === 'identity') {
      conflict('a contrastive or swav loss needs views that differ: both views.first and views.second are identity');
    }
    if (views.first.name === 'singular-value' && views.second.name === 'singular-value') {
      conflict(
        'views.first and views.second are both singular-value, which draws nothing: give one of them another view',
      );
    }
    for (const [key, view] of [
      ['first', views.first],
      ['second', views.second],
    ] as const) {
      if (depthOf(encoder).numHops > 0 || view.name === 'identity') continue;
      if (VIEWS[view.name].changes === 'graph') {
        conflict(
          `views.${key} is ${view.name}, which changes edges, but encoder ${encoder.name} passes no messages` +
            `${encoder.name === 'table' ? '' : ' with numLayers 0'}; use encoder table and embedding-noise`,
        );
      }
      if (encoder.name !== 'table') {
        conflict(
          `views.${key} is ${view.name}, which moves the output of layers, but encoder.numLayers is 0; use encoder table`,
        );
      }
    }
  }
}

/** Whether users and items are compared by cosine when ranking and exporting. */
export function ranksByCosine({ evaluation, losses }: RunConfig): boolean {
  const similarity = evaluation.similarity === 'as-trained' ? losses.main.similarity : evaluation.similarity;
  return similarity === 'cosine';
}
