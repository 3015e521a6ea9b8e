/**
 * An approximate index in plain typed arrays: vectors in clusters (Lloyd's k-means, Euclidean), of which a search looks
 * into the few whose centres have the highest inner product with the query (the inverted file of Jégou et al. 2011, IEEE
 * TPAMI). It needs no library and no backend, so that a worker thread can build it beside training, and gives the same
 * result on every machine.
 */
import { Rng } from '../core/rng.js';
import { selectTopK, TopKSelector } from '../core/select-top-k.js';
import type { TopK } from './recommender.js';

interface ClusteredIndexOptions {
  readonly seed: number;
  /** Clusters; default the root of the number of vectors. */
  readonly numClusters?: number;
  /** Clusters that a search looks into. Few: misses; all: exact. */
  readonly numProbes: number;
}

/** Vectors a cluster that k-means looks at. */
const TRAINING_POINTS = 64;
const ITERATIONS = 5;

export class ClusteredIndex {
  readonly numClusters: number;
  readonly numProbes: number;
  private readonly centres: Float32Array;
  /** Rows in the order of their clusters, `[size]`; cluster c has offsets[c] … offsets[c+1]. */
  private readonly order: Int32Array;
  private readonly offsets: Int32Array;
  /** Place of each row in `order`, `[size]`. */
  private readonly place: Int32Array;
  /** In that order, `[size, dim]`. */
  private readonly vectors: Float32Array;

  /** @param vectors `[size, dim]` row-major */
  constructor(
    vectors: Float32Array,
    readonly dim: number,
    { seed, numClusters, numProbes }: ClusteredIndexOptions,
  ) {
    const size = vectors.length / dim;
    this.numClusters = Math.max(1, Math.min(numClusters ?? Math.round(Math.sqrt(size)), size));
    this.numProbes = Math.min(numProbes, this.numClusters);
    const picked = Rng.of(seed, 'clustered-index')
      .permutation(size)
      .slice(0, this.numClusters * TRAINING_POINTS);
    this.centres = trainCentres(vectors, dim, picked, this.numClusters);
    const nearest = nearestCentres(
      vectors,
      dim,
      Int32Array.from({ length: size }, (_, row) => row),
      this.centres,
    );
    this.offsets = new Int32Array(this.numClusters + 1);
    for (const cluster of nearest) this.offsets[cluster + 1]++;
    for (let cluster = 0; cluster < this.numClusters; cluster++) this.offsets[cluster + 1] += this.offsets[cluster];
    const next = this.offsets.slice(0, this.numClusters);
    this.order = new Int32Array(size);
    this.place = new Int32Array(size);
    this.vectors = new Float32Array(vectors.length);
    for (let row = 0; row < size; row++) {
      const place = next[nearest[row]]++;
      this.order[place] = row;
      this.place[row] = place;
      this.vectors.set(vectors.subarray(row * dim, (row + 1) * dim), place * dim);
    }
  }

  /**
   * @param query `[dim]`
   * @param excluded rows that must not come back
   * @returns one row of results, min(k, size) wide, best first, -1 where the clusters held fewer
   */
  search(query: Float32Array, k: number, excluded: ArrayLike<number> = []): TopK {
    const { dim, numClusters, offsets } = this;
    const toCentres = innerProducts(query, this.centres, 0, numClusters, dim);
    const probes = selectTopK(toCentres, this.numProbes).ids;
    const hidden = Int32Array.from(excluded, (row) => this.place[row]).sort();
    const selector = new TopKSelector(1, k, this.order.length);
    for (const cluster of probes) {
      const [from, to] = [offsets[cluster], offsets[cluster + 1]];
      if (from === to) continue;
      selector.offer(0, innerProducts(query, this.vectors, from, to, dim), 0, to - from, from, hidden);
    }
    const top = selector.finish();
    for (let at = 0; at < top.k; at++) if (top.ids[at] >= 0) top.ids[at] = this.order[top.ids[at]];
    return top;
  }
}

/**
 * Of `query` with rows `from` … `to` of `vectors`, into the first `to - from` places of `products`. Four rows at a time: a
 * sum waits for the addition before it, so one row alone leaves most of the processor idle.
 */
function innerProducts(
  query: Float32Array,
  vectors: Float32Array,
  from: number,
  to: number,
  dim: number,
  products = new Float32Array(to - from),
): Float32Array {
  let row = from;
  for (; row + 3 < to; row += 4) {
    const a = row * dim;
    const b = a + dim;
    const c = b + dim;
    const d = c + dim;
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    for (let i = 0; i < dim; i++) {
      const value = query[i];
      sumA += value * vectors[a + i];
      sumB += value * vectors[b + i];
      sumC += value * vectors[c + i];
      sumD += value * vectors[d + i];
    }
    const at = row - from;
    products[at] = sumA;
    products[at + 1] = sumB;
    products[at + 2] = sumC;
    products[at + 3] = sumD;
  }
  for (; row < to; row++) {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += query[i] * vectors[row * dim + i];
    products[row - from] = sum;
  }
  return products;
}

/** @param rows to train on, at least numClusters of them unless there are fewer rows */
function trainCentres(vectors: Float32Array, dim: number, rows: Int32Array, numClusters: number): Float32Array {
  const centres = new Float32Array(numClusters * dim);
  for (let cluster = 0; cluster < numClusters; cluster++) {
    centres.set(vectors.subarray(rows[cluster] * dim, (rows[cluster] + 1) * dim), cluster * dim);
  }
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const nearest = nearestCentres(vectors, dim, rows, centres);
    const sums = new Float64Array(centres.length);
    const counts = new Int32Array(numClusters);
    for (const [at, row] of rows.entries()) {
      counts[nearest[at]]++;
      for (let d = 0; d < dim; d++) sums[nearest[at] * dim + d] += vectors[row * dim + d];
    }
    for (let cluster = 0; cluster < numClusters; cluster++) {
      // an empty cluster keeps its centre
      if (counts[cluster] === 0) continue;
      for (let d = 0; d < dim; d++) centres[cluster * dim + d] = sums[cluster * dim + d] / counts[cluster];
    }
  }
  return centres;
}

/** Cluster of each of `rows`: the largest ⟨x, c⟩ − ½‖c‖², `[rows.length]`. */
function nearestCentres(vectors: Float32Array, dim: number, rows: Int32Array, centres: Float32Array): Int32Array {
  const numClusters = centres.length / dim;
  const halfSquares = new Float64Array(numClusters);
  for (let at = 0; at < centres.length; at++) halfSquares[Math.floor(at / dim)] += 0.5 * centres[at] * centres[at];
  const products = new Float32Array(numClusters);
  const nearest = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    innerProducts(vectors.subarray(rows[at] * dim, (rows[at] + 1) * dim), centres, 0, numClusters, dim, products);
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let cluster = 0; cluster < numClusters; cluster++) {
      const score = products[cluster] - halfSquares[cluster];
      if (score > highest) {
        highest = score;
        best = cluster;
      }
    }
    nearest[at] = best;
  }
  return nearest;
}
