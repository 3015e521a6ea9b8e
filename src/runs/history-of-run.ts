/** The item vectors from which a run's encoder makes users, out of its best weights. */

import * as tf from '@tensorflow/tfjs';
import { isTrained, ranksByCosine } from '../config/active-parts.js';
import type { RunConfig } from '../config/run-config.js';
import {
  type Encoder,
  type EncoderOptions,
  encoderParts,
  hearsItems,
  ownShareOf,
  type RowsTable,
} from '../encoders/index.js';
import { type Adjacency, inverseRootStrengths, normalizedAdjacency } from '../graph/adjacency.js';
import { AttributeJoin } from '../graph/attribute-join.js';
import { attributeNodes } from '../graph/attribute-nodes.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { fetchValues } from '../ops/index.js';
import type { HistoryVectors, ServedModel } from '../retrieval/index.js';
import { bestWeights, encoderOver, type RunFacts, withVariables } from './best-encoder.js';
import { copyColumns, EMBEDDING_BUDGET_BYTES, forColumnBlocks } from './column-blocks.js';
import { fittedGraph } from './held-out.js';
import type { RunFolder } from './run-folder.js';
import { factoredRanker, factorHistory } from './untrained/factor-vectors.js';

/** Makes a run's vectors when first asked for; undefined for encoders that can't make users of items. */
export function historyOfRun(
  run: RunFolder,
  facts: RunFacts,
  towers: ServedModel['towers'],
): (() => Promise<HistoryVectors>) | undefined {
  const { config, registries, graph } = facts;
  if (factoredRanker(config)) return async () => factorHistory(run, graph);
  if (!isTrained(config) || !hearsItems(config.encoder, registries.rows)) return undefined;
  let made: Promise<HistoryVectors> | undefined;
  const make = async (): Promise<HistoryVectors> => {
    const fitted = fittedGraph(graph, config);
    const unknownUser = await unknownUserOf(towers);
    return withVariables(bestWeights(run, config), async (variables) => {
      const hop = hopOf(config.encoder, fitted);
      const encoder = encoderOver(variables, facts, fitted, hop.adjacency.numNodes);
      return { ...(await historyVectorsOf(encoder, config, fitted, hop)), ...(unknownUser && { unknownUser }) };
    });
  };
  return () => {
    made ??= make();
    return made;
  };
}

async function unknownUserOf({ user }: ServedModel['towers']): Promise<Float32Array | undefined> {
  if (!user) return undefined;
  const { encoder, ownShare } = await user();
  return encoder.encode([{}]).map((value) => ownShare * value);
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
  const { firstNode, towers, idTable, idNodes } = encoder;
  const { numUsers } = fitted.train;
  const hasUserIds = idTable !== undefined && idNodes.first < numUsers;
  return {
    embeddingDim: config.encoder.embeddingDim,
    normalized: ranksByCosine(config),
    isWholeModel: firstNode >= numUsers || (towers?.user !== undefined && !hasUserIds),
    countsRepeats: fitted.train.weight !== undefined,
    ...(await historyTermsOf(encoder, hop)),
  };
}

/**
 * What the features of every user bring to the vector of one without an id row, ownShare · row, `[numUsers, embeddingDim]`;
 * undefined where users have no tower.
 * @param encoder whose users of interest have no training edge: the others' rows are whole ones
 */
export async function ownRowsOf(
  encoder: Encoder,
  { encoder: options }: Pick<RunConfig, 'encoder'>,
  numUsers: number,
  rows: RowsTable,
): Promise<Float32Array | undefined> {
  if (!encoder.towers?.user) return undefined;
  const ownShare = await ownShareOf(options, encoder.variables, rows);
  const own = tf.tidy(() => tf.mul(tf.slice(encoder.table(), 0, numUsers), ownShare));
  const values = (await fetchValues(own)).slice();
  own.dispose();
  return values;
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
  const { attributes, rows } = encoderParts(options);
  const ofEdges = inverseRootStrengths(train).subarray(numUsers);
  // an item without an edge is its tower's vector, and is heard like one of a single edge
  const speaks = rows.name === 'tower' && rows.items.endsWith('tower');
  const scale = speaks ? ofEdges.map((value) => value || 1) : ofEdges;
  const adjacency = normalizedAdjacency(train);
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
