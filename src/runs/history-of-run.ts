/** The item vectors from which a run's encoder makes users, out of its best weights. */

import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backend/index.js';
import { isTrained, ranksByCosine } from '../config/active-parts.js';
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import { DataError } from '../core/errors.js';
import { createEncoder, type Encoder, type EncoderOptions, encoderParts, hearsItems } from '../encoders/index.js';
import { type Adjacency, inverseRootStrengths, normalizedAdjacency } from '../graph/adjacency.js';
import { AttributeJoin } from '../graph/attribute-join.js';
import { attributeNodes } from '../graph/attribute-nodes.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { fetchValues } from '../ops/index.js';
import type { HistoryVectors } from '../retrieval/index.js';
import { copyColumns, EMBEDDING_BUDGET_BYTES, forColumnBlocks } from './column-blocks.js';
import { fittedGraph } from './held-out.js';
import { rowsContext } from './rows-context.js';
import type { RunFolder } from './run-folder.js';

interface HistoryFacts {
  readonly config: RunConfig;
  readonly registries: Registries;
  readonly graph: StoredGraph;
}

/** Makes a run's vectors when first asked for; undefined for encoders that can't make users of items. */
export function historyOfRun(
  run: RunFolder,
  { config, registries: { rows }, graph: stored }: HistoryFacts,
): (() => Promise<HistoryVectors>) | undefined {
  const { encoder: options } = config;
  if (!isTrained(config) || !hearsItems(options, rows)) return undefined;
  let made: Promise<HistoryVectors> | undefined;
  const make = async (): Promise<HistoryVectors> => {
    await ensureBackend();
    const fitted = fittedGraph(stored, config);
    const { arrays, meta } = run.readBest()!;
    if (meta.embeddingDim !== options.embeddingDim) {
      const message = `it has vectors of ${meta.embeddingDim} numbers, config.yaml says ${options.embeddingDim}: they are not of one training; restore them, or train the run again`;
      throw new DataError('STATE_FORMAT', message, { location: { file: run.file('best.state') } });
    }
    const variables: Record<string, tf.Variable> = {};
    for (const [name, saved] of Object.entries(arrays)) {
      if (!name.startsWith('weights/')) continue;
      const variable = tf.tidy(() => tf.variable(tf.tensor(saved.values, [...saved.shape])));
      variables[name.slice('weights/'.length)] = variable;
    }
    try {
      const hop = hopOf(options, fitted);
      const { numUsers, numItems } = stored.train;
      const numValues = hop.adjacency.numNodes - numUsers - numItems;
      const context = rowsContext(config, stored, fitted.train, numValues);
      const encoder = createEncoder(variables, options, context, rows);
      return await historyVectorsOf(encoder, config, fitted, hop);
    } finally {
      tf.dispose(Object.values(variables));
    }
  };
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Of an encoder with its weights. @param fitted whose training edges the messages pass over
 * @returns vectors of an encoder with `historyTerms`
 */
export async function historyVectorsOf(
  encoder: Encoder,
  config: RunConfig,
  fitted: StoredGraph,
  hop = hopOf(config.encoder, fitted),
): Promise<HistoryVectors> {
  return {
    embeddingDim: config.encoder.embeddingDim,
    normalized: ranksByCosine(config),
    isWholeModel: encoder.firstNode >= fitted.train.numUsers,
    countsRepeats: fitted.train.weight !== undefined,
    ...(await historyTermsOf(encoder, hop)),
  };
}

interface HistoryHop {
  /** What messages pass over in the trained graph. */
  readonly adjacency: Adjacency;
  readonly numUsers: number;
  /** By what factor a user of one interaction hears each item, `[numItems]`. */
  readonly scale: Float64Array;
}

function hopOf(options: EncoderOptions, { train, userFeatures, itemFeatures }: StoredGraph): HistoryHop {
  const { numUsers, numItems } = train;
  const scale = inverseRootStrengths(train).subarray(numUsers);
  const adjacency = normalizedAdjacency(train);
  const { attributes } = encoderParts(options);
  if (attributes.length === 0) return { adjacency, numUsers, scale };
  const features = { userFeatures, itemFeatures };
  const joined = new AttributeJoin(attributeNodes(features, attributes, { numUsers, numItems })).join(adjacency);
  // items share themselves out between users and attributes; a new user has no attributes to share with
  const shared = scale.map((value, item) => value * joined.share[numUsers + item]);
  return { adjacency: joined.adjacency, numUsers, scale: shared };
}

/** @param encoder one with `historyTerms` */
export async function historyTermsOf(
  encoder: Encoder,
  { adjacency, numUsers, scale }: HistoryHop,
  budgetBytes = EMBEDDING_BUDGET_BYTES,
): Promise<Pick<HistoryVectors, 'activation' | 'terms'>> {
  const numItems = scale.length;
  const rows = tf.tidy(() => tf.clone(encoder.table()));
  const [numRows, dim] = rows.shape;
  const table = (await fetchValues(rows)).slice();
  rows.dispose();
  await encoder.variables.layerWeights?.data();
  let activation: HistoryVectors['activation'] = 'none';
  const terms: { weight: number; items: Float32Array }[] = [];
  const perColumn = 4 * adjacency.numNodes * (encoder.numHops + 3);
  await forColumnBlocks(dim, perColumn, budgetBytes, async (first, count) => {
    const part = new Float32Array(numRows * count);
    copyColumns(table, dim, first, part, count, 0, count, numRows);
    const made = tf.tidy(
      () => encoder.historyTerms!(tf.tensor2d(part, [numRows, count]), adjacency) as never,
    ) as ReturnType<NonNullable<Encoder['historyTerms']>>;
    activation = made.activation;
    for (const [t, { weight, nodes }] of made.terms.entries()) {
      terms[t] ??= { weight, items: new Float32Array(numItems * dim) };
      const ofItems = (await fetchValues(nodes)).subarray(numUsers * count, (numUsers + numItems) * count);
      copyColumns(ofItems, count, 0, terms[t].items, dim, first, count, numItems);
    }
    tf.dispose(made.terms.map(({ nodes }) => nodes));
  });
  for (const { items } of terms) for (let at = 0; at < items.length; at++) items[at] *= scale[Math.floor(at / dim)];
  return { activation, terms };
}
