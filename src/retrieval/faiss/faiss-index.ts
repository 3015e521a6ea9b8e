/**
 * An index that answers "the k items with the largest inner product": our own exact search over a flat file, or FAISS
 * itself over any. Both open the same file and share one interface.
 */
import { ConfigError, ShapeError, TwinlightError } from '../../core/errors.js';
import { TopKSelector } from '../../core/select-top-k.js';
import { readWhole } from '../../core/whole-file.js';
import type { TopK } from '../recommender.js';
import type { VectorIndex } from '../vector-index.js';
import { type FaissNodeIndex, howToGetFaiss, loadFaissNode } from './faiss-backend.js';
import { alignedCopy } from './faiss-cursor.js';
import { type FaissLayout, readFaissLayout } from './faiss-layout.js';

export interface OpenIndexOptions {
  /**
   * Who searches. `auto`: our own code for a flat index (exact ties, no copies), FAISS for the others. faiss-node keeps a
   * copy of every query that it was ever asked, a leak of 4 bytes a dimension.
   */
  engine?: 'auto' | 'own' | 'faiss';
}

/**
 * Opens a FAISS file of inner product.
 * @throws DataError `FAISS_DAMAGED`; ConfigError `FAISS_MISSING` when the kind needs FAISS and it is not there
 */
export function openIndex(path: string, { engine = 'auto' }: OpenIndexOptions = {}): VectorIndex {
  const bytes = readWhole(path);
  const layout = readFaissLayout(bytes, path);
  if (layout.metric !== 'inner-product') {
    throw new ConfigError('INDEX_METRIC', `${path}: its metric is ${layout.metric}; only inner product is served`);
  }
  if (layout.ids?.some((id) => id < 0n || id > MOST_ID)) {
    throw new ConfigError('INDEX_IDS', `${path}: it has ids outside 0 … ${MOST_ID}; only row numbers are served`);
  }
  const chosen = engine === 'auto' ? (layout.factory === 'Flat' ? 'own' : 'faiss') : engine;
  if (chosen === 'own') return new OwnFlatIndex(layout, flatVectors(bytes, layout, path));
  const library = loadFaissNode();
  if (library === undefined) {
    throw new ConfigError(
      'FAISS_MISSING',
      `${path}: searching an index "${layout.factory}" needs FAISS. ${howToGetFaiss()}`,
    );
  }
  return new FaissIndex(layout, library.Index.read(path));
}

/** Results hold 32-bit ids; -1 stands for "nothing found". */
const MOST_ID = 2n ** 31n - 1n;

/**
 * The vectors of a flat index, `[size, embeddingDim]`; a copy.
 * @throws ConfigError `FAISS_MISSING` for an index of another kind
 */
export function flatVectors(bytes: Uint8Array, layout: FaissLayout, name: string): Float32Array {
  if (layout.vectorsOffset === undefined) {
    throw new ConfigError('FAISS_MISSING', `${name}: an index "${layout.factory}" is searched by FAISS only`);
  }
  return new Float32Array(alignedCopy(bytes, layout.vectorsOffset, 4 * layout.size * layout.embeddingDim));
}

/**
 * Plain loops, summed in double precision: one query costs one pass over the vectors, no backend is needed, and a score
 * does not depend on what else is searched.
 */
class OwnFlatIndex implements VectorIndex {
  readonly factory = 'Flat';
  readonly engine = 'own';
  readonly isExact = true;
  readonly embeddingDim: number;
  readonly size: number;

  /** @param vectors `[layout.size, layout.embeddingDim]` row-major */
  constructor(
    private readonly layout: FaissLayout,
    private readonly vectors: Float32Array,
  ) {
    this.embeddingDim = layout.embeddingDim;
    this.size = layout.size;
  }

  async search(queries: Float32Array, k: number): Promise<TopK> {
    const numQueries = checkSearch(queries, k, this.embeddingDim);
    const selector = new TopKSelector(numQueries, k);
    const scores = new Float32Array(this.size);
    for (let query = 0; query < numQueries; query++) {
      this.score(queries, query * this.embeddingDim, scores);
      selector.offer(query, scores, 0, this.size, 0);
    }
    const top = selector.finish();
    const { ids } = this.layout;
    if (ids) for (let at = 0; at < top.ids.length; at++) if (top.ids[at] !== -1) top.ids[at] = Number(ids[top.ids[at]]);
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

/** FAISS ends the process over either. @returns numQueries */
function checkSearch(queries: Float32Array, k: number, embeddingDim: number): number {
  const numQueries = queries.length / embeddingDim;
  if (!Number.isInteger(numQueries)) {
    throw new ShapeError(`queries: ${queries.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  if (!Number.isInteger(k) || k < 1) {
    throw new TwinlightError('RETRIEVAL_K', `k: expected an integer of at least 1, got ${k}`);
  }
  return numQueries;
}

/** Queries handed to FAISS at a time, as plain arrays. */
const QUERIES_A_CALL = 256;

class FaissIndex implements VectorIndex {
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
    const numQueries = checkSearch(queries, k, embeddingDim);
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
