/**
 * An embedding model cut back to fewer numbers a vector: of all models with so many, the one whose inner products come nearest to
 * the given ones, summed up squared over all users and items (Eckart & Young 1936). With S = U Vᵀ the scores and σ_k its
 * singular values, descending,
 *
 *   least Σ (S − U' V'ᵀ)² = Σ_{k > dim} σ_k²,   at U' = A_dim √Σ_dim,  V' = B_dim √Σ_dim of S = A Σ Bᵀ.
 *
 * S is never made. With U = Q R and V = P T (Q, P of orthonormal columns) the small R Tᵀ = a Σ bᵀ has the same singular values, and
 * U' = U · Tᵀ b Σ^−½, V' = V · Rᵀ a Σ^−½. R and T are taken from the eigenvectors of Uᵀ U and Vᵀ V, which need no full rank.
 */
import { ConfigError } from '../core/errors.js';
import { symmetricEigen } from '../core/symmetric-eigen.js';
import type { Embeddings } from './recommender.js';

/** σ² of less than this share of the largest is rounding, as the numbers are float32. */
const LEAST_SHARE = 1e-12;

/**
 * @param embeddings what ranks by inner products; of one that ranks by cosines the rows must have length 1, which
 * `fuseEmbeddings` sees to
 * @param dim numbers that are left, below those that there are; beyond the rank of the scores they are zeros
 * @returns for inner products: its vectors have other lengths than the given ones, and their cosines mean nothing
 * @throws ConfigError `REDUCE_DIM` unless dim is a whole number within 1 … embeddingDim − 1
 */
export function reduceEmbeddings({ users, items, embeddingDim }: Embeddings, dim: number): Embeddings {
  if (!(Number.isInteger(dim) && dim >= 1 && dim < embeddingDim)) {
    const bounds = `1 … ${embeddingDim - 1}, since the vectors have ${embeddingDim} numbers`;
    throw new ConfigError('REDUCE_DIM', `dim: expected a whole number within ${bounds}, got ${dim}`);
  }
  const size = embeddingDim;
  const [ofUsers, ofItems] = [rootOfGram(users, size), rootOfGram(items, size)];
  const core = product(ofUsers, transposed(ofItems, size), size);
  const { values, vectors: right } = symmetricEigen(product(transposed(core, size), core, size), size);
  const left = product(core, right, size);
  // column k of `left` is σ_k a_k, so that σ^−½ a_k is it over σ^(3/2)
  const powers = (exponent: number): number[] =>
    Array.from(values.subarray(0, dim), (square) => (square > LEAST_SHARE * values[0] ? square ** (exponent / 2) : 0));
  const toUsers = product(transposed(ofItems, size), right, size);
  const toItems = product(transposed(ofUsers, size), left, size);
  return {
    embeddingDim: dim,
    users: mapped(users, toUsers, size, powers(-1 / 2)),
    items: mapped(items, toItems, size, powers(-3 / 2)),
    normalized: false,
  };
}

/** R of X = Q R with Qᵀ Q = 1 where X has rank: Rᵀ R = Xᵀ X, `[size, size]` row-major. */
function rootOfGram(x: Float32Array, size: number): Float64Array {
  const gram = new Float64Array(size * size);
  for (let row = 0; row < x.length; row += size) {
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) gram[i * size + j] += x[row + i] * x[row + j];
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j];
  const { values, vectors } = symmetricEigen(gram, size);
  return transposed(vectors, size).map((value, at) => value * Math.sqrt(Math.max(0, values[Math.floor(at / size)])));
}

/** x · matrix, its first columns times a factor each, `[x.length / size, factors.length]`. */
function mapped(x: Float32Array, matrix: Float64Array, size: number, factors: readonly number[]): Float32Array {
  const dim = factors.length;
  const out = new Float32Array((x.length / size) * dim);
  const sums = new Float64Array(dim);
  for (let row = 0; row * size < x.length; row++) {
    sums.fill(0);
    for (let i = 0; i < size; i++) for (let k = 0; k < dim; k++) sums[k] += x[row * size + i] * matrix[i * size + k];
    for (let k = 0; k < dim; k++) out[row * dim + k] = sums[k] * factors[k];
  }
  return out;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++)
      for (let j = 0; j < size; j++) out[i * size + j] += a[i * size + k] * b[k * size + j];
  }
  return out;
}

function transposed(a: Float64Array, size: number): Float64Array {
  return Float64Array.from(a, (_, at) => a[(at % size) * size + Math.floor(at / size)]);
}
