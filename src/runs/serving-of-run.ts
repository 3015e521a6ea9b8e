/** A run as what it serves: see `retrieval/serving/served-model.ts`. */
import { isTrained, usesAttributes } from '../config/active-parts.js';
import { oneRow } from '../core/ragged.js';
import type { BipartiteCsr } from '../graph/index.js';
import {
  boardLists,
  ExactTopK,
  itemsOfUser,
  namesIn,
  type ServedModel,
  similarityOf,
  unitRows,
  type VectorSpace,
} from '../retrieval/index.js';
import { fittedGraph } from './held-out.js';
import type { TrainedRun } from './trained-run.js';

/** @param towers of the sides that have one */
export function servingOfRun(run: Omit<TrainedRun, 'serving'>, towers: ServedModel['towers'] = {}): ServedModel {
  const { manifest, config, graph, embeddings, recommender, historyVectors } = run;
  let fitted: BipartiteCsr | undefined;
  const train = (): BipartiteCsr => {
    fitted ??= fittedGraph(graph, config).train;
    return fitted;
  };
  const space = embeddings && spaceOf(embeddings);
  // a row of an id table that no edge has trained says nothing, whatever stands in it
  const knowsAll = !isTrained(config) || towers.user !== undefined || usesAttributes(config);
  const { foldIn } = graph;
  const isSeen = (user: number): boolean =>
    train().userOffsets[user + 1] > train().userOffsets[user] ||
    (foldIn !== undefined && foldIn.offsets[user + 1] > foldIn.offsets[user]);
  const title = `run ${manifest.id} (preset ${manifest.preset})`;
  return {
    title,
    users: graph.users,
    items: graph.items,
    space,
    towers,
    history: historyVectors,
    knows(user) {
      if (space && !space.rowOf('user', user).some((value) => value !== 0)) return false;
      return (space && knowsAll) || isSeen(user);
    },
    itemsOf: (user, parts) => itemsOfUser(graph, user, parts),
    catalogue: () => graph.itemFeatures,
    recommend: (user, k, exclude) => recommender.recommend(Int32Array.of(user), k, oneRow(exclude)),
    ranker: () => recommender,
    similarity: similarityOf(title, () => embeddings, recommender),
    ...boardLists(train),
    nameOf: namesIn(graph),
  };
}

function spaceOf({ embeddingDim, normalized, users, items }: NonNullable<TrainedRun['embeddings']>): VectorSpace {
  let all: ExactTopK | undefined;
  let directions: ExactTopK | undefined;
  return {
    embeddingDim,
    normalized,
    rowOf: (side, index) =>
      (side === 'user' ? users : items).subarray(index * embeddingDim, (index + 1) * embeddingDim),
    search(vector, k, exclude) {
      all ??= new ExactTopK(items, embeddingDim);
      return all.search(vector, k, oneRow(exclude));
    },
    nearest(vector, k, exclude) {
      directions ??= new ExactTopK(unitRows(items, embeddingDim), embeddingDim);
      return directions.search(unitRows(vector, embeddingDim), k, exclude && oneRow(exclude));
    },
  };
}
