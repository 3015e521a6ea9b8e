/**
 * Spherical k-means (Dhillon & Modha 2001): points are unit vectors, a cluster's centroid is the unit vector along its
 * sum, a point belongs to the centroid with the largest cosine (ties: the lowest number). Lloyd iterations from k distinct
 * random points, until no assignment changes or the iterations are used up; a cluster that runs empty gets the point that
 * fits its own cluster worst. Seeded, and the same on any number of threads.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';
import { fetchValues, similarity } from '../../ops/index.js';

/** Cosines held at a time. */
const BLOCK_ENTRIES = 1 << 21;

export interface Clusters {
  readonly numClusters: number;
  /** Unit rows, `[numClusters, dim]`. */
  readonly centroids: Float32Array;
  /** Cluster of each point, `[numPoints]`. */
  readonly assignment: Int32Array;
}

export interface KMeansResult extends Clusters {
  readonly iterations: number;
  /** Whether the last iteration changed nothing. */
  readonly converged: boolean;
  /** Mean cosine of a point with its centroid. */
  readonly meanCosine: number;
}

export interface KMeansOptions {
  /** Of the points. */
  readonly dim: number;
  /** At most as many as points. */
  readonly numClusters: number;
  /** At most. */
  readonly iterations: number;
  /** Draws the points to begin with. */
  readonly rng: Rng;
}

/**
 * @param points unit rows, `[numPoints, dim]`
 * @throws ShapeError for more clusters than points
 */
export async function kMeans(
  points: Float32Array,
  { dim, numClusters, iterations, rng }: KMeansOptions,
): Promise<KMeansResult> {
  const numPoints = points.length / dim;
  if (numClusters > numPoints) {
    throw new ShapeError(`kMeans: expected at most as many clusters as points (${numPoints}), got ${numClusters}`);
  }
  const centroids = new Float32Array(numClusters * dim);
  const start = rng.permutation(numPoints);
  for (let k = 0; k < numClusters; k++) {
    centroids.set(points.subarray(start[k] * dim, (start[k] + 1) * dim), k * dim);
  }
  const assignment = new Int32Array(numPoints).fill(-1);
  const cosines = new Float32Array(numPoints);
  let made = 0;
  let converged = false;
  while (!converged && made < iterations) {
    converged = (await assign(points, dim, centroids, assignment, cosines)) === 0;
    made++;
    if (!converged) moveCentroids(points, dim, centroids, assignment, cosines);
  }
  if (!converged) await assign(points, dim, centroids, assignment, cosines);
  const meanCosine = cosines.reduce((sum, value) => sum + value, 0) / numPoints;
  return { numClusters, centroids, assignment, iterations: made, converged, meanCosine };
}

/** Nearest centroid of every point; returns how many changed. */
async function assign(
  points: Float32Array,
  dim: number,
  centroids: Float32Array,
  assignment: Int32Array,
  cosines: Float32Array,
): Promise<number> {
  const numClusters = centroids.length / dim;
  const numPoints = assignment.length;
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_ENTRIES / numClusters));
  let changed = 0;
  for (let first = 0; first < numPoints; first += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, numPoints - first);
    const products = tf.tidy(() =>
      similarity(
        tf.tensor2d(points.subarray(first * dim, (first + rows) * dim), [rows, dim]),
        tf.tensor2d(centroids, [numClusters, dim]),
      ),
    );
    const scores = await fetchValues(products);
    for (let r = 0; r < rows; r++) {
      let nearest = 0;
      for (let k = 1; k < numClusters; k++) {
        if (scores[r * numClusters + k] > scores[r * numClusters + nearest]) nearest = k;
      }
      cosines[first + r] = scores[r * numClusters + nearest];
      if (assignment[first + r] !== nearest) changed++;
      assignment[first + r] = nearest;
    }
    products.dispose();
  }
  return changed;
}

function moveCentroids(
  points: Float32Array,
  dim: number,
  centroids: Float32Array,
  assignment: Int32Array,
  cosines: Float32Array,
): void {
  const numClusters = centroids.length / dim;
  const sums = new Float64Array(centroids.length);
  const sizes = new Int32Array(numClusters);
  for (const [point, cluster] of assignment.entries()) {
    sizes[cluster]++;
    for (let d = 0; d < dim; d++) sums[cluster * dim + d] += points[point * dim + d];
  }
  const taken = new Set<number>();
  for (let k = 0; k < numClusters; k++) {
    const sum = sums.subarray(k * dim, (k + 1) * dim);
    const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
    if (sizes[k] > 0 && length > 0) {
      for (let d = 0; d < dim; d++) centroids[k * dim + d] = sum[d] / length;
      continue;
    }
    const worst = worstPoint(cosines, taken);
    taken.add(worst);
    centroids.set(points.subarray(worst * dim, (worst + 1) * dim), k * dim);
  }
}

function worstPoint(cosines: Float32Array, taken: ReadonlySet<number>): number {
  let worst = -1;
  for (let point = 0; point < cosines.length; point++) {
    if (!taken.has(point) && (worst < 0 || cosines[point] < cosines[worst])) worst = point;
  }
  return worst;
}
