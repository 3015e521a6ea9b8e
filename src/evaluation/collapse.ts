/**
 * Collapse alarm: embeddings that have shrunk to about one direction rank everyone alike, while a loss may still fall.
 * Two signs on unit-length rows: the mean cosine of two different rows, and the effective rank
 * exp(−Σ p log p) with p the singular values over their sum (Roy & Vetterli 2007), which also sees two opposite points.
 * The rank is that of so many rows as cost no more than an instant: the fewer, the wider they are.
 */
import { Rng } from '../core/rng.js';
import { symmetricEigenvalues } from '../core/symmetric-eigenvalues.js';
import { unitRows } from '../retrieval/similar-items.js';

export const COLLAPSE_DEFAULTS = Object.freeze({
  /** A mean cosine above this raises the alarm. */
  maxMeanCosine: 0.99,
  /** An effective rank below this raises the alarm; 1 is a line through the origin. */
  minEffectiveRank: 1.1,
  /** Rows looked at; above that number a random sample without replacement. */
  maxRows: 4096,
  seed: 0,
});

export interface CollapseOptions {
  maxMeanCosine?: number;
  minEffectiveRank?: number;
  maxRows?: number;
  seed?: number;
}

export interface CollapseCheck {
  /** NaN with fewer than two non-zero rows. */
  readonly meanCosine: number;
  readonly effectiveRank: number;
  /** A sentence when the alarm is raised. */
  readonly diagnosis?: string;
}

/**
 * Vectors of one dimension, and fewer than three non-zero rows, never raise the alarm, unless no row is non-zero or a
 * number is not finite.
 *
 * @param vectors `[numRows, embeddingDim]` row-major
 * @param what names the rows in the diagnosis: "user", "item"
 */
export function checkCollapse(
  vectors: Float32Array,
  embeddingDim: number,
  what: string,
  options: CollapseOptions = {},
): CollapseCheck {
  const { maxMeanCosine, minEffectiveRank, maxRows, seed } = { ...COLLAPSE_DEFAULTS, ...options };
  if (!areFinite(vectors)) {
    const diagnosis = `the ${what} embeddings hold NaN or infinite numbers`;
    return { meanCosine: Number.NaN, effectiveRank: Number.NaN, diagnosis };
  }
  const rows = unitRows(sampleNonZeroRows(vectors, embeddingDim, maxRows, Rng.of(seed, 'collapse')), embeddingDim);
  if (rows.length === 0) {
    return { meanCosine: Number.NaN, effectiveRank: 0, diagnosis: `all ${what} embeddings are zero` };
  }
  const meanCosine = meanPairCosine(rows, embeddingDim);
  const numRanked = Math.min(rows.length / embeddingDim, mostRankedRows(embeddingDim));
  const effectiveRank = effectiveRankOf(rows.subarray(0, numRanked * embeddingDim), embeddingDim);
  const canTell = embeddingDim > 1 && rows.length > 2 * embeddingDim;
  let diagnosis: string | undefined;
  if (canTell && meanCosine > maxMeanCosine) {
    diagnosis = `the ${what} embeddings are nearly one point: mean cosine ${meanCosine.toFixed(4)} > ${maxMeanCosine}`;
  } else if (canTell && effectiveRank < minEffectiveRank) {
    diagnosis = `the ${what} embeddings are nearly one line: effective rank ${effectiveRank.toFixed(3)} < ${minEffectiveRank}`;
  }
  return { meanCosine, effectiveRank, diagnosis };
}

function areFinite(values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return false;
  return true;
}

function sampleNonZeroRows(vectors: Float32Array, dim: number, maxRows: number, rng: Rng): Float32Array {
  const starts: number[] = [];
  for (let start = 0; start < vectors.length; start += dim) {
    let at = start;
    while (at < start + dim && vectors[at] === 0) at++;
    if (at < start + dim) starts.push(start);
  }
  const chosen = starts.length > maxRows ? rng.shuffle(starts).slice(0, maxRows) : starts;
  const rows = new Float32Array(chosen.length * dim);
  for (const [to, start] of chosen.entries()) rows.set(vectors.subarray(start, start + dim), to * dim);
  return rows;
}

/** Over all pairs of different rows, from the length of their sum: (‖Σ x‖² − n) / (n (n − 1)) for unit rows. */
function meanPairCosine(rows: Float32Array, dim: number): number {
  const n = rows.length / dim;
  const sum = new Float64Array(dim);
  for (let start = 0; start < rows.length; start += dim) {
    for (let d = 0; d < dim; d++) sum[d] += rows[start + d];
  }
  const squared = sum.reduce((total, value) => total + value * value, 0);
  return (squared - n) / (n * (n - 1));
}

/** Products that the Gram matrix may cost; up to 128 dimensions that is 4096 rows. */
const MAX_PRODUCTS = 2 ** 26;

/** Most rows whose smaller Gram matrix, of rows or of columns, stays within that cost. */
function mostRankedRows(dim: number): number {
  const byColumns = Math.floor(MAX_PRODUCTS / dim ** 2);
  return byColumns >= dim ? byColumns : Math.max(2, Math.floor(Math.sqrt(MAX_PRODUCTS / dim)));
}

function effectiveRankOf(rows: Float32Array, dim: number): number {
  const numRows = rows.length / dim;
  const gram = numRows < dim ? gramOfRows(rows, dim) : gramOfColumns(rows, dim);
  const singular = symmetricEigenvalues(gram, Math.min(numRows, dim)).map((value) => Math.sqrt(Math.max(value, 0)));
  const total = singular.reduce((sum, value) => sum + value, 0);
  const entropy = singular.reduce(
    (sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum),
    0,
  );
  return Math.exp(entropy);
}

/** X Xᵀ, `[numRows, numRows]`: it has the non-zero eigenvalues of Xᵀ X. */
function gramOfRows(rows: Float32Array, dim: number): Float64Array {
  const numRows = rows.length / dim;
  const gram = new Float64Array(numRows * numRows);
  for (let a = 0; a < numRows; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let d = 0; d < dim; d++) product += rows[a * dim + d] * rows[b * dim + d];
      gram[a * numRows + b] = product;
      gram[b * numRows + a] = product;
    }
  }
  return gram;
}

/** Xᵀ X, `[dim, dim]`. */
function gramOfColumns(rows: Float32Array, dim: number): Float64Array {
  const gram = new Float64Array(dim * dim);
  for (let start = 0; start < rows.length; start += dim) {
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j <= i; j++) gram[i * dim + j] += rows[start + i] * rows[start + j];
    }
  }
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) gram[j * dim + i] = gram[i * dim + j];
  return gram;
}
