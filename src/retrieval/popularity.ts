/**
 * The popularity ranker as vectors of one dimension: every user is 1, every item its number of training edges. As
 * embeddings it is served, exported and evaluated like any trained model.
 */
import { type BipartiteCsr, itemDegrees } from '../graph/bipartite-csr.js';
import type { Embeddings } from './recommender.js';

export function popularityEmbeddings(train: BipartiteCsr): Embeddings {
  return {
    embeddingDim: 1,
    users: new Float32Array(train.numUsers).fill(1),
    items: Float32Array.from(itemDegrees(train)),
    normalized: false,
  };
}
