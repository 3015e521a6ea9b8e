/** An objective over a graph of eighteen nodes, small enough for differences by every weight. */
import * as tf from '@tensorflow/tfjs';
import { PRESET_NAMES, PRESETS } from '../src/config/presets/registry.js';
import { BUILT_IN } from '../src/config/registries.js';
import { resolveConfig } from '../src/config/resolve-config.js';
import type { RunConfig } from '../src/config/run-config.js';
import type { ConfigObject } from '../src/core/strict-config.js';
import type { FeatureTable } from '../src/data/index.js';
import type { KnownEntities } from '../src/graph/fields/encoded-fields.js';
import { Model } from '../src/objective/model.js';
import { Objective } from '../src/objective/objective.js';
import type { Teacher } from '../src/runs/teacher/teacher.js';
import { EpochBatches } from '../src/training/batches.js';
import { randomGraph, randomMatrix } from './random-arrays.js';

const graph = randomGraph(8, 10, 0.4, 'objective');
export const batch = new EpochBatches(graph, { batchSize: 12, seed: 1 }).batch({ epoch: 1, index: 0 });
export const TRAINED = PRESET_NAMES.filter((name) => !('ranker' in PRESETS[name].config));
/** Few prototypes, and codes that do not move with the scores, so that holding them fixed is no approximation. */
const SMALL: ConfigObject = {
  encoder: { embeddingDim: 5 },
  losses: {
    prototypes: { name: 'swav', numUserPrototypes: 3, numItemPrototypes: 4, epsilon: 1e4 },
    l2: { weight: 0.01 },
  },
};

/** Vectors of a run over the same users and items, of which it has not seen user 6 and item 4. */
export function smallTeacher(embeddingDim: number): Teacher {
  const known = (length: number, absent: number): Uint8Array =>
    Uint8Array.from({ length }, (_, at) => (at === absent ? 0 : 1));
  return {
    embeddingDim,
    vectors: {
      user: randomMatrix(8, embeddingDim, 'teacher-users'),
      item: randomMatrix(10, embeddingDim, 'teacher-items'),
    },
    knows: { user: known(8, 6), item: known(10, 4) },
    hash: '0',
  };
}

/** Two fields of items and one of users; read by towers alone. */
const FEATURES: KnownEntities = {
  userFeatures: featureTable(8, { city: (user) => `c${user % 3}` }),
  itemFeatures: featureTable(10, { colour: (item) => `k${item % 3}`, brand: (item) => `b${item % 4}` }),
};

function featureTable(numRows: number, columns: Record<string, (row: number) => string>): FeatureTable {
  const encoded = Object.entries(columns).map(([name, textOf]) => {
    const values = [...new Set(Array.from({ length: numRows }, (_, row) => textOf(row)))];
    const codes = Int32Array.from({ length: numRows }, (_, row) => values.indexOf(textOf(row)));
    return [name, { kind: 'categorical' as const, codes, values }] as const;
  });
  return { numRows, columns: Object.fromEntries(encoded) };
}

export interface SmallObjective {
  readonly config: RunConfig;
  readonly model: Model;
  readonly objective: Objective;
}

/** @param teacher of 8 users and 10 items */
export function setUp(preset: (typeof TRAINED)[number], more: ConfigObject = {}, teacher?: Teacher): SmallObjective {
  const config: RunConfig = resolveConfig([PRESETS[preset].config as ConfigObject, SMALL, more], 'test');
  const model = new Model(config, graph, FEATURES, BUILT_IN, teacher);
  // away from Xavier's tiny values, so that differences are well above float32's noise
  for (const variable of Object.values(model.variables)) tf.tidy(() => variable.assign(tf.mul(variable, 2)));
  return { config, model, objective: new Objective(config, graph, model) };
}
