/**
 * Eigenvalues alone of a symmetric matrix: Householder reflections to a tridiagonal one, then implicit QL steps with
 * Wilkinson shifts (Golub & Van Loan 2013, sections 8.3.1 and 8.3.3). 4/3 size³ operations, where Jacobi rotations take
 * some 60 times that.
 */
import { assertLength, TwinlightError } from './errors.js';

/** Of one eigenvalue; two or three do. */
const MAX_STEPS = 60;

/**
 * @param matrix symmetric, `[size, size]` row-major; left alone
 * @returns descending, `[size]`
 * @throws TwinlightError `NO_CONVERGENCE`, which finite input does not do
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  assertLength('matrix', matrix.length, size * size);
  const { diagonal, below } = tridiagonal(Float64Array.from(matrix), size);
  for (let first = 0; first < size; first++) settle(diagonal, below, first);
  return diagonal.sort().reverse();
}

interface Tridiagonal {
  /** `[size]`. */
  readonly diagonal: Float64Array;
  /** below[i] stands beside diagonal[i] and diagonal[i + 1]; the last is 0, `[size]`. */
  readonly below: Float64Array;
}

/** A tridiagonal matrix of the same eigenvalues; overwrites the lower half of `a`. */
function tridiagonal(a: Float64Array, size: number): Tridiagonal {
  const below = new Float64Array(size);
  const image = new Float64Array(size);
  for (let column = 0; column < size - 2; column++) {
    // x: what stands below the diagonal's neighbour is reflected onto it, by v with I − v vᵀ / half
    const x = new Float64Array(size);
    let largest = 0;
    for (let i = column + 1; i < size; i++) largest = Math.max(largest, Math.abs(a[i * size + column]));
    if (largest === 0) continue;
    let squares = 0;
    for (let i = column + 1; i < size; i++) {
      x[i] = a[i * size + column] / largest;
      squares += x[i] * x[i];
    }
    const length = x[column + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const half = squares - x[column + 1] * length;
    x[column + 1] -= length;
    below[column] = length * largest;
    if (half === 0) continue;
    reflect(a, { size, from: column + 1, half }, x, image);
  }
  if (size > 1) below[size - 2] = a[(size - 1) * size + size - 2];
  const diagonal = Float64Array.from({ length: size }, (_, i) => a[i * size + i]);
  return { diagonal, below };
}

/** Reflects rows and columns from `from` on by `v`; only the lower half is kept. @param image space, `[size]` */
function reflect(
  a: Float64Array,
  { size, from, half }: { readonly size: number; readonly from: number; readonly half: number },
  v: Float64Array,
  image: Float64Array,
): void {
  image.fill(0);
  for (let i = from; i < size; i++) {
    const row = i * size;
    let sum = a[row + i] * v[i];
    for (let j = from; j < i; j++) {
      sum += a[row + j] * v[j];
      image[j] += a[row + j] * v[i];
    }
    image[i] += sum;
  }
  let product = 0;
  for (let i = from; i < size; i++) {
    image[i] /= half;
    product += image[i] * v[i];
  }
  const share = product / (2 * half);
  for (let i = from; i < size; i++) image[i] -= share * v[i];
  for (let i = from; i < size; i++) {
    const row = i * size;
    for (let j = from; j <= i; j++) a[row + j] -= v[i] * image[j] + image[i] * v[j];
  }
}

/** Steps until below[first] is nothing, so that diagonal[first] is an eigenvalue. */
function settle(diagonal: Float64Array, below: Float64Array, first: number): void {
  for (let step = 0; ; step++) {
    const last = endOfBlock(diagonal, below, first);
    if (last === first) return;
    if (step === MAX_STEPS) throw new TwinlightError('NO_CONVERGENCE', `eigenvalues: not in ${MAX_STEPS} steps`);
    const spread = (diagonal[first + 1] - diagonal[first]) / (2 * below[first]);
    const root = Math.hypot(spread, 1);
    let g = diagonal[last] - diagonal[first] + below[first] / (spread + (spread >= 0 ? root : -root));
    let [sine, cosine, shift] = [1, 1, 0];
    let at = last - 1;
    for (; at >= first; at--) {
      const f = sine * below[at];
      const b = cosine * below[at];
      const r = Math.hypot(f, g);
      below[at + 1] = r;
      if (r === 0) {
        diagonal[at + 1] -= shift;
        below[last] = 0;
        break;
      }
      sine = f / r;
      cosine = g / r;
      const difference = diagonal[at + 1] - shift;
      const turned = (diagonal[at] - difference) * sine + 2 * cosine * b;
      shift = sine * turned;
      diagonal[at + 1] = difference + shift;
      g = cosine * turned - b;
    }
    if (at >= first) continue;
    diagonal[first] -= shift;
    below[first] = g;
    below[last] = 0;
  }
}

/** Last row of the block that begins at `first` and is not split by a zero. */
function endOfBlock(diagonal: Float64Array, below: Float64Array, first: number): number {
  let last = first;
  for (; last < diagonal.length - 1; last++) {
    const around = Math.abs(diagonal[last]) + Math.abs(diagonal[last + 1]);
    if (Math.abs(below[last]) <= Number.EPSILON * around) break;
  }
  return last;
}
