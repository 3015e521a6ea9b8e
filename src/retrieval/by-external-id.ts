/** Questions of the outside, in external ids: what to show a user, and what is like an item. */
import { concatInt32 } from '../core/concat-int32.js';
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { type Ragged, raggedFromPairs } from '../core/ragged.js';
import { nodeLabel, type StoredGraph } from '../graph/index.js';
import { type RankedItem, rankedItems } from './ranked-item.js';
import type { Embeddings, Recommender } from './recommender.js';
import type { SeenPart } from './serving/served-model.js';
import { similarItems } from './similar-items.js';

export interface RecommendOptions {
  /** Items wanted; fewer come where the catalogue ends. Default 20. */
  readonly k?: number;
  /** Also items that the user has in train or validation. Default false. */
  readonly includeKnown?: boolean;
}

/**
 * The best items for a user, best first.
 * @throws ConfigError `UNKNOWN_ID` for a user that the graph does not have
 */
export async function recommendForUser(
  { graph, recommender }: { readonly graph: StoredGraph; readonly recommender: Recommender },
  userId: string,
  { k = 20, includeKnown = false }: RecommendOptions = {},
): Promise<RankedItem[]> {
  const user = indexOfId(graph, 'user', userId);
  const known = includeKnown ? new Int32Array(0) : itemsOfUser(graph, user);
  const exclude = raggedFromPairs(new Int32Array(known.length), known, 1);
  return rankedItems(await recommender.recommend(Int32Array.of(user), k, exclude), namesIn(graph));
}

interface SimilarityModel {
  readonly graph: StoredGraph;
  readonly embeddings?: Embeddings;
  readonly recommender?: Recommender;
}

/**
 * The items nearest to an item, nearest first, itself left out: by cosine of their vectors or of their content, or from item-kNN's
 * table of neighbours, which ends after `numNeighbors` and leaves out items that share no user.
 * @throws ConfigError `UNKNOWN_ID`; `NO_EMBEDDINGS` for a model that ranks without vectors
 */
export async function similarToItem(
  { graph, embeddings, recommender }: SimilarityModel,
  itemId: string,
  { k = 20 }: { readonly k?: number } = {},
): Promise<RankedItem[]> {
  const item = indexOfId(graph, 'item', itemId);
  if (recommender?.similarItems) {
    return rankedItems(recommender.similarItems(Int32Array.of(item), k), namesIn(graph));
  }
  if (!embeddings) {
    throw new ConfigError(
      'NO_EMBEDDINGS',
      'this model ranks without item vectors; train one that has them, e.g. joint',
    );
  }
  if (embeddings.embeddingDim === 1) {
    throw new ConfigError(
      'NO_EMBEDDINGS',
      'this model has one number an item, all of whose cosines are 1; train one with vectors, e.g. joint',
    );
  }
  return rankedItems(await similarItems(embeddings, Int32Array.of(item), k), namesIn(graph));
}

/** Items of a user in some parts, in train and validation by default; what it was made of counts to train. */
export function itemsOfUser(
  { train, valid, test, foldIn }: StoredGraph,
  user: number,
  parts: readonly SeenPart[] = ['train', 'validation'],
): Int32Array {
  const rowOf = ({ offsets, values }: Ragged) => values.subarray(offsets[user], offsets[user + 1]);
  const rows = {
    train: () => [
      rowOf({ offsets: train.userOffsets, values: train.userNeighbors }),
      ...(foldIn ? [rowOf(foldIn)] : []),
    ],
    validation: () => [rowOf(valid)],
    test: () => [rowOf(test)],
  };
  return concatInt32(parts.flatMap((part) => rows[part]()));
}

function indexOfId(graph: StoredGraph, side: 'user' | 'item', id: string): number {
  const vocabulary = side === 'user' ? graph.users : graph.items;
  const index = vocabulary.indexOf(id);
  if (index !== undefined) return index;
  const examples = vocabulary.ids.slice(0, 3).map((known) => `"${known}"`);
  const hint = didYouMean(id, vocabulary.ids) || `; ids look like ${examples.join(', ')}`;
  throw new ConfigError('UNKNOWN_ID', `the graph ${graph.manifest.id} has no ${side} "${id}"${hint}`);
}

/** What the items of a graph are called. */
export const namesIn =
  (graph: StoredGraph) =>
  (item: number): Pick<RankedItem, 'id' | 'label'> => ({
    id: graph.items.idOf(item),
    label: nodeLabel(graph, 'item', item),
  });
