/** Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan 2013, section 8.5). */

const MAX_SWEEPS = 60;

/**
 * @param matrix `[size, size]` row-major, symmetric; left alone
 * @returns values descending `[size]`; vectors as columns in that order, `[size, size]` row-major
 * @throws Error when it has not converged after 60 sweeps, which finite input does not do
 */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const total = Math.sqrt(a.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  const offDiagonal = (): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (i !== j) sum += a[i * size + j] ** 2;
    return Math.sqrt(sum);
  };
  let sweep = 0;
  for (; offDiagonal() > 1e-14 * total; sweep++) {
    if (sweep === MAX_SWEEPS) throw new Error(`symmetricEigen: no convergence after ${MAX_SWEEPS} sweeps`);
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotateAway(a, v, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i]);
  const vectors = new Float64Array(size * size);
  for (const [to, from] of order.entries()) {
    for (let row = 0; row < size; row++) vectors[row * size + to] = v[row * size + from];
  }
  return { values: Float64Array.from(order, (i) => a[i * size + i]), vectors };
}

/** Makes a[p, q] zero by a rotation of rows and columns p and q. */
function rotateAway(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const mix = (array: Float64Array, at: number, other: number): void => {
    const [x, y] = [array[at], array[other]];
    array[at] = c * x - s * y;
    array[other] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) mix(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) mix(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) mix(v, k * size + p, k * size + q);
}
