/** What to show a user that is no user of the graph, from the items that it had; in external ids. */
import { ConfigError } from '../core/errors.js';
import { raggedFromPairs } from '../core/ragged.js';
import type { StoredGraph } from '../graph/index.js';
import { namesIn, type RecommendOptions } from './by-external-id.js';
import { ExactTopK } from './exact-top-k.js';
import { countHistory, encodeHistory, type HistoryVectors, isSilent } from './history-vectors.js';
import { type RankedItem, rankedItems } from './ranked-item.js';
import type { Embeddings } from './recommender.js';

/** What of a run this needs. */
export interface HistoryModel {
  readonly graph: StoredGraph;
  readonly embeddings?: Embeddings;
  /** Absent where the run's encoder can't make users of items. */
  readonly historyVectors?: () => Promise<HistoryVectors>;
}

export interface HistoryAnswer {
  readonly items: RankedItem[];
  /** Ids that the user was made of. */
  readonly used: string[];
  /** Ids that the graph does not have. */
  readonly unknown: string[];
  /** Ids that nobody had in training and that no tower speaks for: they say nothing. */
  readonly untrained: string[];
  /** As in `HistoryVectors`. */
  readonly isWholeModel: boolean;
}

/**
 * The best items for a user with this history, best first; none where `used` is empty.
 *
 * @param itemIds what the user had; a repeated id counts again where the graph's edges have weights, else once
 * @throws ConfigError `NO_HISTORY` for a run whose encoder can't do it; `UNKNOWN_ID` where no id is known, or none was given
 */
export async function recommendForHistory(
  { graph, embeddings, historyVectors }: HistoryModel,
  itemIds: readonly string[],
  { k = 20, includeKnown = false }: RecommendOptions = {},
): Promise<HistoryAnswer> {
  if (!historyVectors || !embeddings) {
    throw new ConfigError(
      'NO_HISTORY',
      'this model has no way to make a user of items; train one that has: preset history, or a lightgcn encoder',
    );
  }
  const { items } = graph;
  const had: number[] = [];
  const unknown = new Set<string>();
  for (const id of itemIds) {
    const index = items.indexOf(id);
    if (index === undefined) unknown.add(id);
    else had.push(index);
  }
  if (had.length === 0) {
    const examples = items.ids.slice(0, 3).map((id) => `"${id}"`);
    const came =
      unknown.size > 0 ? `none of ${[...unknown].map((id) => `"${id}"`).join(', ')}` : 'no item, for none was given';
    throw new ConfigError(
      'UNKNOWN_ID',
      `the graph ${graph.manifest.id} has ${came}; ids look like ${examples.join(', ')}`,
    );
  }
  const vectors = await historyVectors();
  const wanted = countHistory(vectors, had);
  const silent = [...wanted.keys()].filter((item) => isSilent(vectors, item));
  for (const item of silent) wanted.delete(item);
  const history = Int32Array.from(wanted.keys());
  const user = encodeHistory(vectors, history, Float32Array.from(wanted.values()));
  const known = includeKnown ? [] : [...history, ...silent];
  const exclude = raggedFromPairs(new Int32Array(known.length), Int32Array.from(known), 1);
  const index = new ExactTopK(embeddings.items, embeddings.embeddingDim);
  return {
    items:
      history.length === 0 || user.every((value) => value === 0)
        ? []
        : rankedItems(await index.search(user, k, exclude), namesIn(graph)),
    used: Array.from(history, (item) => items.idOf(item)),
    unknown: [...unknown],
    untrained: silent.map((item) => items.idOf(item)),
    isWholeModel: vectors.isWholeModel,
  };
}
