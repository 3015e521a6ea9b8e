/** Models that need no training, made of the graph when a run is opened. */
import type { RunConfig } from '../../config/run-config.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import {
  ContentKnn,
  EmbeddingRecommender,
  type Embeddings,
  historiesOf,
  ItemKnn,
  popularityEmbeddings,
  type Recommender,
  segmentPopularityEmbeddings,
} from '../../retrieval/index.js';
import { fittedGraph } from '../held-out.js';
import { itemContent, userSegments } from '../known-features.js';

interface UntrainedModel {
  readonly embeddings?: Embeddings;
  readonly recommender: Recommender;
}

/** Recommender (and embeddings, where there are any) of a model that needs no training; undefined for the others, of which some keep vectors (`untrainedVectors`). */
export function untrainedModel({ ranker, training }: RunConfig, graph: StoredGraph): UntrainedModel | undefined {
  const fitted = fittedGraph(graph, { training });
  const { train, foldIn } = fitted;
  switch (ranker.name) {
    case 'popularity':
      return ofEmbeddings(popularityOf(fitted, ranker.segment));
    case 'item-knn':
      if (ranker.rank !== undefined) return undefined;
      return { recommender: new ItemKnn(train, ranker, historiesOf(train, foldIn)) };
    case 'content-knn':
      return { recommender: new ContentKnn(historiesOf(train, foldIn), itemContent(fitted, ranker.fields)) };
    default:
      return undefined;
  }
}

function popularityOf(graph: StoredGraph, segment: string | undefined): Embeddings {
  if (segment === undefined) return popularityEmbeddings(graph.train);
  const { codes, numSegments } = userSegments(graph, segment);
  return segmentPopularityEmbeddings(graph.train, codes, numSegments);
}

const ofEmbeddings = (embeddings: Embeddings): UntrainedModel => ({
  embeddings,
  recommender: new EmbeddingRecommender(embeddings),
});
