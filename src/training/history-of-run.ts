/** The item vectors from which a run's encoder makes users, out of its best weights. */
import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backend/index.js';
import { createEncoder, depthOf, ENCODERS, type Encoder } from '../encoders/index.js';
import { type Adjacency, inverseRootStrengths, normalizedAdjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import { mergeHeldOut } from '../graph/merge-held-out.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { borrowValues } from '../ops/index.js';
import type { HistoryVectors } from '../retrieval/index.js';
import { copyColumns, EMBEDDING_BUDGET_BYTES, forColumnBlocks } from './column-blocks.js';
import { type RunConfig, ranksByCosine } from './config.js';
import type { RunFolder } from './run-folder.js';

/** Makes a run's vectors when first asked for; undefined for encoders that can't make users of items. */
export function historyOfRun(
  run: RunFolder,
  config: RunConfig,
  stored: StoredGraph,
): (() => Promise<HistoryVectors>) | undefined {
  const { encoder: options } = config;
  if (!('embeddingDim' in options) || !ENCODERS[options.name].passesMessages) return undefined;
  if (depthOf(options).numHops === 0) return undefined;
  let made: Promise<HistoryVectors> | undefined;
  const make = async (): Promise<HistoryVectors> => {
    await ensureBackend();
    const { train: graph } = config.training.fitOn === 'train+valid' ? mergeHeldOut(stored, 'valid') : stored;
    const { arrays } = run.readBest()!;
    const variables: Record<string, tf.Variable> = {};
    for (const name of ['embedding', 'layerWeights']) {
      const saved = arrays[`weights/${name}`];
      if (saved) variables[name] = tf.tidy(() => tf.variable(tf.tensor(saved.values, [...saved.shape])));
    }
    try {
      const encoder = createEncoder(variables, options, graph.numUsers);
      return {
        embeddingDim: options.embeddingDim,
        normalized: ranksByCosine(config),
        isWholeModel: !ENCODERS[options.name].hasUserTable,
        ...historyTermsOf(encoder, normalizedAdjacency(graph), graph),
      };
    } finally {
      tf.dispose(Object.values(variables));
    }
  };
  return () => {
    made ??= make();
    return made;
  };
}

/** @param encoder one with `historyTerms` */
export function historyTermsOf(
  encoder: Encoder,
  adjacency: Adjacency,
  graph: BipartiteCsr,
  budgetBytes = EMBEDDING_BUDGET_BYTES,
): Pick<HistoryVectors, 'activation' | 'terms'> {
  const { numUsers, numItems } = graph;
  const [numRows, dim] = encoder.ego.shape as [number, number];
  const table = borrowValues(encoder.ego).slice();
  const scale = inverseRootStrengths(graph).subarray(numUsers);
  let activation: HistoryVectors['activation'] = 'none';
  const terms: { weight: number; items: Float32Array }[] = [];
  const perColumn = 4 * adjacency.numNodes * (encoder.numHops + 3);
  forColumnBlocks(dim, perColumn, budgetBytes, (first, count) => {
    const part = new Float32Array(numRows * count);
    copyColumns(table, dim, first, part, count, 0, count, numRows);
    tf.tidy(() => {
      const made = encoder.historyTerms!(tf.tensor2d(part, [numRows, count]), adjacency);
      activation = made.activation;
      for (const [t, { weight, nodes }] of made.terms.entries()) {
        terms[t] ??= { weight, items: new Float32Array(numItems * dim) };
        const ofItems = borrowValues(nodes).subarray(numUsers * count, (numUsers + numItems) * count);
        copyColumns(ofItems, count, 0, terms[t].items, dim, first, count, numItems);
      }
    });
  });
  for (const { items } of terms) for (let at = 0; at < items.length; at++) items[at] *= scale[Math.floor(at / dim)];
  return { activation, terms };
}
