/**
 * Alignment and uniformity on the unit sphere (Wang & Isola 2020, arXiv 2005.10242): how close positive pairs are,
 * E ‖x − y‖², and how evenly points spread, log E exp(−2 ‖x − y‖²) over pairs of different points (0 = all in one place;
 * lower is better for both). Users and items are apart, as in DirectAU (Wang et al. 2022).
 */
import { Rng } from '../core/rng.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { unitRows } from '../retrieval/similar-items.js';

export const ALIGNMENT_UNIFORMITY_DEFAULTS = Object.freeze({
  /** Pairs looked at for each figure; above that number a random sample (with replacement). More: less noise. */
  maxPairs: 200_000,
  seed: 0,
});

export interface AlignmentUniformity {
  /** Mean squared distance of positive pairs, 0 … 4. NaN without a pair of non-zero vectors. */
  readonly alignment: number;
  /** Log mean Gaussian potential, -8 … 0. NaN with fewer than two non-zero vectors. */
  readonly uniformityUsers: number;
  readonly uniformityItems: number;
}

export interface PositivePairs {
  /** `[numPairs]`. */
  readonly userIndex: Int32Array;
  /** `[numPairs]`. */
  readonly itemIndex: Int32Array;
}

/** All-zero vectors have no place on the sphere and are left out. */
export function alignmentUniformity(
  embeddings: Embeddings,
  pairs: PositivePairs,
  options: { maxPairs?: number; seed?: number } = {},
): AlignmentUniformity {
  const { maxPairs, seed } = { ...ALIGNMENT_UNIFORMITY_DEFAULTS, ...options };
  const dim = embeddings.embeddingDim;
  const users = unitRows(embeddings.users, dim);
  const items = unitRows(embeddings.items, dim);
  return {
    alignment: alignment(users, items, dim, pairs, maxPairs, Rng.of(seed, 'alignment')),
    uniformityUsers: uniformity(users, dim, maxPairs, Rng.of(seed, 'uniformity', 'users')),
    uniformityItems: uniformity(items, dim, maxPairs, Rng.of(seed, 'uniformity', 'items')),
  };
}

function alignment(
  users: Float32Array,
  items: Float32Array,
  dim: number,
  { userIndex, itemIndex }: PositivePairs,
  maxPairs: number,
  rng: Rng,
): number {
  const isSampled = userIndex.length > maxPairs;
  const numPairs = isSampled ? maxPairs : userIndex.length;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < numPairs; i++) {
    const pair = isSampled ? rng.integer(userIndex.length) : i;
    const user = userIndex[pair] * dim;
    const item = itemIndex[pair] * dim;
    if (isZeroRow(users, user, dim) || isZeroRow(items, item, dim)) continue;
    sum += squaredDistance(users, user, items, item, dim);
    count++;
  }
  return sum / count;
}

/** @param points unit rows, `[numPoints, dim]` */
function uniformity(points: Float32Array, dim: number, maxPairs: number, rng: Rng): number {
  const starts: number[] = [];
  for (let start = 0; start < points.length; start += dim) if (!isZeroRow(points, start, dim)) starts.push(start);
  const n = starts.length;
  const numPairs = (n * (n - 1)) / 2;
  // the potential lies between exp(-8) and 1, so the plain sum neither under- nor overflows
  const potential = (a: number, b: number): number =>
    Math.exp(-2 * squaredDistance(points, starts[a], points, starts[b], dim));
  let sum = 0;
  if (numPairs <= maxPairs) {
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) sum += potential(a, b);
    return Math.log(sum / numPairs);
  }
  for (let i = 0; i < maxPairs; i++) {
    const a = rng.integer(n);
    const b = rng.integer(n - 1);
    sum += potential(a, b < a ? b : b + 1);
  }
  return Math.log(sum / maxPairs);
}

function squaredDistance(a: Float32Array, startA: number, b: Float32Array, startB: number, dim: number): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += (a[startA + i] - b[startB + i]) ** 2;
  return sum;
}

function isZeroRow(values: Float32Array, start: number, dim: number): boolean {
  for (let i = start; i < start + dim; i++) if (values[i] !== 0) return false;
  return true;
}
