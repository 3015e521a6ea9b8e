/** Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan 2013, section 8.5). */
import { assertLength, TwinlightError } from './errors.js';

/** Over all off-diagonal entries; convergence is quadratic, so about ten do. */
const MAX_SWEEPS = 60;

/**
 * @param matrix symmetric, `[size, size]` row-major; left alone
 * @returns values descending `[size]`; vectors as columns in that order, `[size, size]` row-major
 * @throws TwinlightError `NO_CONVERGENCE` after 60 sweeps, which finite input does not do
 */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const rotations = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rotations[i * size + i] = 1;
  const diagonal = diagonalized(matrix, size, rotations);
  const order = descending(diagonal);
  const vectors = new Float64Array(size * size);
  for (const [to, from] of order.entries()) {
    for (let row = 0; row < size; row++) vectors[row * size + to] = rotations[from * size + row];
  }
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}

/** Positions of the values, the largest first. */
function descending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
}

/** The diagonal that the rotations leave, `[size]`. @param rotations they are multiplied to its left: a vector a row */
function diagonalized(matrix: Float64Array, size: number, rotations: Float64Array): Float64Array {
  assertLength('matrix', matrix.length, size * size);
  const a = Float64Array.from(matrix);
  const total = Math.sqrt(a.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  for (let sweep = 0; offDiagonal(a, size) > 1e-14 * total; sweep++) {
    if (sweep === MAX_SWEEPS) throw new TwinlightError('NO_CONVERGENCE', `eigenvalues: not in ${MAX_SWEEPS} sweeps`);
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotateAway(a, { size, p, q }, rotations);
  }
  return Float64Array.from({ length: size }, (_, i) => a[i * size + i]);
}

/** Length of all that is not on the diagonal. */
function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (i !== j) sum += a[i * size + j] ** 2;
  return Math.sqrt(sum);
}

/** Makes a[p, q] zero by a rotation of rows and columns p and q. */
function rotateAway(
  a: Float64Array,
  { size, p, q }: { readonly size: number; readonly p: number; readonly q: number },
  rotations: Float64Array,
): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  mixLines(a, { size, from: p, other: q, step: size }, c, s);
  mixLines(a, { size, from: p * size, other: q * size, step: 1 }, c, s);
  mixLines(rotations, { size, from: p * size, other: q * size, step: 1 }, c, s);
}

/** Two rows or columns of a matrix: where each begins, and how far apart its `size` numbers lie. */
interface TwoLines {
  readonly size: number;
  readonly from: number;
  readonly other: number;
  readonly step: number;
}

function mixLines(a: Float64Array, { size, from, other, step }: TwoLines, cosine: number, sine: number): void {
  for (let k = 0; k < size * step; k += step) {
    const x = a[from + k];
    const y = a[other + k];
    a[from + k] = cosine * x - sine * y;
    a[other + k] = sine * x + cosine * y;
  }
}
