/** Our own exact search over the vectors of a flat FAISS file. */
import { ConfigError } from '../../core/errors.js';
import { TopKSelector } from '../../core/select-top-k.js';
import type { TopK } from '../recommender.js';
import { checkSearch, type VectorIndex } from '../vector-index.js';
import type { ItemIds } from './checks/id-map.js';
import { alignedCopy } from './faiss-cursor.js';
import type { FaissLayout } from './faiss-layout.js';

/**
 * The vectors of a flat index, `[size, embeddingDim]`; a copy.
 * @throws ConfigError `FAISS_MISSING` for an index of another kind
 */
export function flatVectors(bytes: Uint8Array, layout: FaissLayout, name: string): Float32Array {
  if (layout.vectorsOffset === undefined) {
    throw new ConfigError('FAISS_MISSING', `${name}: an index "${layout.factory}" is searched by FAISS only`);
  }
  return new Float32Array(
    alignedCopy(bytes, { offset: layout.vectorsOffset, length: 4 * layout.size * layout.embeddingDim }),
  );
}

/**
 * Plain loops, summed in double precision: one query costs one pass over the vectors, no backend is needed, and a score
 * does not depend on what else is searched.
 */
export class FlatIndex implements VectorIndex {
  readonly factory = 'Flat';
  readonly engine = 'own';
  readonly isExact = true;
  readonly embeddingDim: number;
  readonly size: number;
  readonly idLimit: number;

  /** @param vectors `[layout.size, layout.embeddingDim]` row-major */
  constructor(
    layout: FaissLayout,
    private readonly ids: ItemIds,
    private readonly vectors: Float32Array,
  ) {
    this.embeddingDim = layout.embeddingDim;
    this.size = layout.size;
    this.idLimit = ids.limit;
  }

  async search(queries: Float32Array, k: number): Promise<TopK> {
    const { numQueries } = checkSearch(queries, { k, embeddingDim: this.embeddingDim, size: this.size });
    const selector = new TopKSelector(numQueries, k, this.size);
    const scores = new Float32Array(this.size);
    for (let query = 0; query < numQueries; query++) {
      this.score(queries, query * this.embeddingDim, scores);
      selector.offer(query, scores, 0, this.size, 0);
    }
    const top = selector.finish();
    for (let at = 0; at < top.ids.length; at++) if (top.ids[at] !== -1) top.ids[at] = this.ids.at(top.ids[at]);
    return top;
  }

  /** Inner products of the query at `start` with every vector, into `scores`, `[size]`. */
  private score(queries: Float32Array, start: number, scores: Float32Array): void {
    const { vectors, embeddingDim } = this;
    const query = queries.subarray(start, start + embeddingDim);
    const inFours = embeddingDim - (embeddingDim % 4);
    for (let row = 0, at = 0; row < scores.length; row++) {
      // four sums, because each addition waits for the one before it
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let i = 0;
      for (; i < inFours; i += 4, at += 4) {
        a += query[i] * vectors[at];
        b += query[i + 1] * vectors[at + 1];
        c += query[i + 2] * vectors[at + 2];
        d += query[i + 3] * vectors[at + 3];
      }
      for (; i < embeddingDim; i++) a += query[i] * vectors[at++];
      scores[row] = a + b + (c + d);
    }
  }
}
