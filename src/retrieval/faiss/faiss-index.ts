/** A FAISS file searched by FAISS. */
import type { TopK } from '../recommender.js';
import { checkSearch, type VectorIndex } from '../vector-index.js';
import type { FaissNodeIndex } from './faiss-backend.js';
import type { FaissLayout } from './faiss-layout.js';

/** Queries handed to FAISS at a time, as plain arrays. */
const QUERIES_A_CALL = 256;

export class FaissIndex implements VectorIndex {
  readonly engine = 'faiss';
  readonly factory: string;
  readonly isExact: boolean;
  readonly embeddingDim: number;
  readonly size: number;
  readonly nprobe?: number;
  readonly efSearch?: number;

  constructor(
    layout: FaissLayout,
    private readonly index: FaissNodeIndex,
  ) {
    this.factory = layout.factory;
    this.isExact = layout.factory === 'Flat';
    this.embeddingDim = layout.embeddingDim;
    this.size = layout.size;
    this.nprobe = layout.nprobe?.value;
    this.efSearch = layout.efSearch?.value;
  }

  async search(queries: Float32Array, k: number): Promise<TopK> {
    const { embeddingDim } = this;
    const numQueries = checkSearch(queries, { k, embeddingDim });
    const ids = new Int32Array(numQueries * k).fill(-1);
    const scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
    const found = Math.min(k, this.size);
    for (let first = 0; first < numQueries && found > 0; first += QUERIES_A_CALL) {
      const last = Math.min(first + QUERIES_A_CALL, numQueries);
      const answer = this.index.search(Array.from(queries.subarray(first * embeddingDim, last * embeddingDim)), found);
      for (let query = first; query < last; query++) {
        const row = bestFirst(answer, (query - first) * found, found);
        for (const [rank, { id, score }] of row.entries()) {
          ids[query * k + rank] = id;
          scores[query * k + rank] = score;
        }
      }
    }
    return { k, ids, scores };
  }
}

/** One query's answer without its gaps. FAISS leaves the order of equal scores open; here it is by ascending id. */
function bestFirst({ labels, distances }: { labels: number[]; distances: number[] }, from: number, length: number) {
  const row: { id: number; score: number }[] = [];
  for (let at = from; at < from + length; at++) {
    if (labels[at] !== -1) row.push({ id: labels[at], score: distances[at] });
  }
  return row.sort((a, b) => b.score - a.score || a.id - b.id);
}
