/**
 * The largest singular values of the user-item block B of a normalised adjacency, by randomised subspace iteration
 * (Halko, Martinsson & Tropp 2011, arXiv 0909.4061, algorithms 4.4 and 5.1): an orthonormal Q that spans the range of
 * (B Bᵀ)^p B Ω, then the exact decomposition of Qᵀ B. Everything in float64.
 */
import type { Rng } from '../../core/rng.js';
import { symmetricEigen } from '../../core/symmetric-eigen.js';
import type { Adjacency } from '../adjacency.js';

/** Columns beyond the rank, and rounds of subspace iteration: more is more exact and slower. */
const SVD_DEFAULTS = Object.freeze({ oversampling: 10, iterations: 4 });

interface TruncatedSvd {
  /** Descending, at most min(rank, numUsers, numItems); zeros are left out, `[numValues]`. */
  readonly values: Float64Array;
  /** Orthonormal columns, `[numUsers, numValues]` row-major. */
  readonly left: Float64Array;
  /** Orthonormal columns, `[numItems, numValues]` row-major. */
  readonly right: Float64Array;
}

/** @param adjacency over numUsers + numItems nodes, users first */
export function truncatedSvd(
  adjacency: Adjacency,
  { numUsers, numItems }: { readonly numUsers: number; readonly numItems: number },
  rank: number,
  rng: Rng,
): TruncatedSvd {
  const width = Math.min(rank + SVD_DEFAULTS.oversampling, numUsers, numItems);
  const toUsers = (x: Float64Array) => multiply(adjacency, 0, numUsers, numUsers, x, width);
  const toItems = (x: Float64Array) => multiply(adjacency, numUsers, numItems, 0, x, width);
  const start = Float64Array.from({ length: numItems * width }, () => rng.normal());
  let basis = orthonormal(toUsers(start), numUsers, width);
  for (let round = 0; round < SVD_DEFAULTS.iterations; round++) {
    basis = orthonormal(toUsers(orthonormal(toItems(basis), numItems, width)), numUsers, width);
  }
  // B ≈ Q Cᵀ with C = Bᵀ Q; Cᵀ C = W Λ Wᵀ gives σ = √Λ, left = Q W, right = C W / σ
  const image = toItems(basis);
  const { values: squares, vectors } = symmetricEigen(gram(image, numItems, width), width);
  const numValues = Math.min(rank, squares.filter((square) => square > 1e-12).length);
  const values = Float64Array.from(squares.slice(0, numValues), Math.sqrt);
  const right = rotate(image, vectors, numItems, width, numValues);
  for (let at = 0; at < right.length; at++) right[at] /= values[at % numValues];
  return { values, left: rotate(basis, vectors, numUsers, width, numValues), right };
}

/** Rows `first` … of the adjacency times x, whose row 0 is node `origin`; `[numRows, width]`. */
function multiply(
  { offsets, columns, values }: Adjacency,
  first: number,
  numRows: number,
  origin: number,
  x: Float64Array,
  width: number,
): Float64Array {
  const out = new Float64Array(numRows * width);
  for (let row = 0; row < numRows; row++) {
    for (let entry = offsets[first + row]; entry < offsets[first + row + 1]; entry++) {
      const from = (columns[entry] - origin) * width;
      for (let c = 0; c < width; c++) out[row * width + c] += values[entry] * x[from + c];
    }
  }
  return out;
}

/**
 * Modified Gram-Schmidt over columns, twice each (enough for full precision); a dependent column becomes zero. Each column lies
 * in an array of its own meanwhile, since in rows of `width` numbers every step of a sum is another line of memory.
 */
function orthonormal(x: Float64Array, numRows: number, width: number): Float64Array {
  const columns = Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: numRows }, (_, row) => x[row * width + c]),
  );
  for (const [c, column] of columns.entries()) {
    const before = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns.slice(0, c)) {
        const share = dot(column, other);
        for (let row = 0; row < numRows; row++) column[row] -= share * other[row];
      }
    }
    const norm = Math.sqrt(dot(column, column));
    const scale = norm > 1e-10 * before ? 1 / norm : 0;
    for (let row = 0; row < numRows; row++) x[row * width + c] = column[row] *= scale;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += a[row] * b[row];
  return sum;
}

/** xᵀ x, `[width, width]`. */
function gram(x: Float64Array, numRows: number, width: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let row = 0; row < numRows; row++) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) out[i * width + j] += x[row * width + i] * x[row * width + j];
    }
  }
  return out;
}

/** x times the first columns of w, `[numRows, numColumns]`. */
function rotate(x: Float64Array, w: Float64Array, numRows: number, width: number, numColumns: number): Float64Array {
  const out = new Float64Array(numRows * numColumns);
  for (let row = 0; row < numRows; row++) {
    for (let k = 0; k < width; k++) {
      for (let c = 0; c < numColumns; c++) out[row * numColumns + c] += x[row * width + k] * w[k * width + c];
    }
  }
  return out;
}
