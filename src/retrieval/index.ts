export { selectTopK, TopKSelector } from '../core/select-top-k.js';
export { type RecommendOptions, recommendForUser, similarToItem } from './by-external-id.js';
export { type HistoryAnswer, type HistoryModel, recommendForHistory } from './by-history.js';
export { ContentKnn } from './content/content-knn.js';
export {
  CONTENT_NEIGHBOURS_DEFAULTS,
  contentNeighbourEmbeddings,
  type NeighbourVectors,
} from './content/content-neighbours.js';
export type { ContentRows } from './content/content-rows.js';
export { joinFields } from './content/join-fields.js';
export { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
export { EmbeddingRecommender } from './embedding-recommender.js';
export { ExactTopK, type ExactTopKOptions } from './exact-top-k.js';
export { type FaissBackend, faissBackend, howToGetFaiss } from './faiss/faiss-backend.js';
export { type BuildIndexOptions, buildFaissIndex, INDEX_DEFAULTS } from './faiss/faiss-build.js';
export { type OpenIndexOptions, openIndex } from './faiss/open-index.js';
export { foldInUsers, type Histories, historiesOf } from './fold-in.js';
export { FUSION_SIMILARITIES, type FusionSimilarity, fuseEmbeddings } from './fuse-embeddings.js';
export { countHistory, encodeHistory, type HistoryVectors, isSilent } from './history-vectors.js';
export { ITEM_KNN_DEFAULTS, ItemKnn, type ItemKnnOptions } from './item-knn.js';
export { popularityEmbeddings } from './popularity.js';
export { rankAmong } from './rank-among.js';
export type { RankedItem } from './ranked-item.js';
export type { Embeddings, Positions, Recommender, SoughtItems, TopK } from './recommender.js';
export { segmentPopularityEmbeddings } from './segment-popularity.js';
export { SerialRecommender } from './serial-recommender.js';
export { similarItems, unitRows } from './similar-items.js';
export type { VectorIndex } from './vector-index.js';
