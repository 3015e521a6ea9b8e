export { selectTopK, TopKSelector } from '../core/select-top-k.js';
export { itemsOfUser, namesIn, type RecommendOptions, recommendForUser, similarToItem } from './by-external-id.js';
export { type HistoryAnswer, type HistoryModel, recommendForHistory } from './by-history.js';
export { ContentKnn } from './content/content-knn.js';
export {
  CONTENT_NEIGHBOURS_DEFAULTS,
  contentNeighbourEmbeddings,
  type NeighbourVectors,
} from './content/content-neighbours.js';
export { contentOfFields } from './content/content-of-fields.js';
export type { ContentRows } from './content/content-rows.js';
export { cosineNeighbours } from './cosine-neighbours.js';
export { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
export { EmbeddingRecommender } from './embedding-recommender.js';
export { ExactTopK, type ExactTopKOptions } from './exact-top-k.js';
export { EASE_DEFAULTS, easeFactors } from './factors/ease.js';
export { GRAPH_FILTER_DEFAULTS, graphFilterFactors } from './factors/graph-filter.js';
export { embeddingsOfFactors, historyOfFactors, type ItemFactors } from './factors/item-factors.js';
export { itemKnnFactors } from './factors/item-knn-factors.js';
export { type FaissBackend, faissBackend, howToGetFaiss } from './faiss/faiss-backend.js';
export { type BuildIndexOptions, buildFaissIndex, INDEX_DEFAULTS } from './faiss/faiss-build.js';
export { type OpenIndexOptions, openIndex } from './faiss/open-index.js';
export type { FilterReport } from './filters/filtered-list.js';
export type { CompiledFilter, ItemFilter, MmrOptions } from './filters/item-filter.js';
export { foldInUsers, type Histories, historiesOf } from './fold-in.js';
export { FUSION_SIMILARITIES, type FusionSimilarity, fuseEmbeddings } from './fuse-embeddings.js';
export { countHistory, encodeHistory, type HistoryVectors, isSilent } from './history-vectors.js';
export { ITEM_KNN_DEFAULTS, ItemKnn, type ItemKnnOptions } from './item-knn.js';
export { popularityEmbeddings } from './popularity.js';
export { rankAmong } from './rank-among.js';
export type { RankedItem } from './ranked-item.js';
export type { Embeddings, Positions, Recommender, SoughtItems, TopK } from './recommender.js';
export { reduceEmbeddings } from './reduce-embeddings.js';
export { segmentPopularityEmbeddings } from './segment-popularity.js';
export { SerialRecommender } from './serial-recommender.js';
export type { Profile, Route } from './serving/answer-profile.js';
export { type BoardSource, boardLists, boardSourceOf } from './serving/board-source.js';
export { type Board, type BoardOptions, boards, type Fallback } from './serving/boards.js';
export { encodeItems, encodeUser } from './serving/encode-rows.js';
export { compileFilter } from './serving/filter-of.js';
export type { UserKnowledge } from './serving/make-user.js';
export { type NewestItems, newestItems } from './serving/newest-items.js';
export { type PopularItems, popularItems } from './serving/popular-items.js';
export { type EachOptions, recommendEach, type UserAnswer } from './serving/recommend-each.js';
export { type ProfileAnswer, type ProfileOptions, recommendForProfile } from './serving/recommend-for-profile.js';
export type { SeenPart, Servable, ServedModel, ServedTower, VectorSpace } from './serving/served-model.js';
export {
  type SimilarAnswer,
  type SimilarEachOptions,
  type SimilarOptions,
  type SimilarRows,
  similarEach,
  similarTo,
} from './serving/similar-each.js';
export { similarToFeatures } from './serving/similar-to-features.js';
export { similarityOf } from './serving/similarity-of.js';
export { similarItems, unitRows } from './similar-items.js';
export { ContentEncoder } from './towers/content-encoder.js';
export type { FeatureRow } from './towers/feature-row.js';
export type { TowerArray, TowerArrays, TowerForm } from './towers/tower-form.js';
export type { VectorIndex } from './vector-index.js';
