export { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
export { EmbeddingRecommender } from './embedding-recommender.js';
export { EXACT_TOP_K_DEFAULTS, ExactTopK, type ExactTopKOptions } from './exact-top-k.js';
export { ITEM_KNN_DEFAULTS, ItemKnn, type ItemKnnOptions } from './item-knn.js';
export { popularityEmbeddings } from './popularity.js';
export type { Embeddings, Recommender, TopK } from './recommender.js';
export { selectTopK, TopKSelector } from './select-top-k.js';
export { similarItems, unitRows } from './similar-items.js';
