/** Eigenvalues of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, section 8.5). */
import { assertLength, TwinlightError } from '../core/errors.js';

/** Sweeps over all off-diagonal entries; convergence is quadratic, so about ten do. */
const MAX_SWEEPS = 50;

/**
 * @param matrix symmetric, `[size, size]` row-major; not changed
 * @returns eigenvalues, descending, `[size]`
 * @throws TwinlightError `EVAL_NO_CONVERGENCE` (entries that are not finite)
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  assertLength('matrix', matrix.length, size * size);
  const a = matrix.slice();
  let scale = 0;
  for (const value of a) scale += value * value;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let offDiagonal = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) offDiagonal += a[p * size + q] ** 2;
    if (offDiagonal <= 1e-24 * scale) {
      return Float64Array.from({ length: size }, (_, i) => a[i * size + i])
        .sort()
        .reverse();
    }
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, size, p, q);
  }
  throw new TwinlightError('EVAL_NO_CONVERGENCE', `eigenvalues: no convergence in ${MAX_SWEEPS} sweeps`);
}

/** One similarity rotation in the plane (p, q) that makes a[p, q] zero. */
function rotate(a: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const kp = a[k * size + p];
    const kq = a[k * size + q];
    a[k * size + p] = c * kp - s * kq;
    a[k * size + q] = s * kp + c * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = a[p * size + k];
    const qk = a[q * size + k];
    a[p * size + k] = c * pk - s * qk;
    a[q * size + k] = s * pk + c * qk;
  }
}
