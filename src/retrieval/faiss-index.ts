/**
 * An index that answers "the k items with the largest inner product": our own exact search over a flat file, or FAISS
 * itself over any. Both open the same file and share one interface.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError, ShapeError, TwinlightError } from '../core/errors.js';
import { ExactTopK } from './exact-top-k.js';
import { type FaissNodeIndex, howToGetFaiss, loadFaissNode } from './faiss-backend.js';
import { alignedCopy } from './faiss-cursor.js';
import { type FaissLayout, readFaissLayout } from './faiss-layout.js';
import type { TopK } from './recommender.js';

export interface VectorIndex {
  /** As FAISS spells it: `Flat`, `IVF64,Flat`. */
  readonly factory: string;
  readonly engine: 'own' | 'faiss';
  readonly embeddingDim: number;
  readonly size: number;
  /** True only where every vector is compared, whole. */
  readonly isExact: boolean;
  readonly nprobe?: number;
  readonly efSearch?: number;
  /**
   * Best first, equal scores by ascending id; -1 and -Infinity where the index found fewer than k.
   * @param queries `[numQueries, embeddingDim]` row-major
   * @param k 1 ≤ k; may exceed `size`
   */
  search(queries: Float32Array, k: number): Promise<TopK>;
}

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

/** A file of any size; readFileSync stops at 2 GiB. */
export function readWhole(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30), at);
      if (read === 0) throw new TwinlightError('FILE_CHANGED', `${path}: it became shorter while it was read`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

class OwnFlatIndex implements VectorIndex {
  readonly factory = 'Flat';
  readonly engine = 'own';
  readonly isExact = true;
  readonly embeddingDim: number;
  readonly size: number;
  private readonly vectors: ExactTopK;

  constructor(
    private readonly layout: FaissLayout,
    vectors: Float32Array,
  ) {
    this.embeddingDim = layout.embeddingDim;
    this.size = layout.size;
    this.vectors = new ExactTopK(vectors, layout.embeddingDim);
  }

  async search(queries: Float32Array, k: number): Promise<TopK> {
    const top = await this.vectors.search(queries, k);
    const { ids } = this.layout;
    if (ids) for (let at = 0; at < top.ids.length; at++) if (top.ids[at] !== -1) top.ids[at] = Number(ids[top.ids[at]]);
    return top;
  }
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
    const numQueries = queries.length / embeddingDim;
    // FAISS would end the process over either
    if (!Number.isInteger(numQueries)) {
      throw new ShapeError(`queries: ${queries.length} numbers are no whole number of rows of ${embeddingDim}`);
    }
    if (!Number.isInteger(k) || k < 1) {
      throw new TwinlightError('RETRIEVAL_K', `k: expected an integer of at least 1, got ${k}`);
    }
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
